/** In place of that of cdktf, which notes for each token where it was made; formatting that takes a fifth of the time of a synthesis in a test. */
module.exports = { captureStackTrace: () => [] };
