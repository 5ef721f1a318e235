/** In place of that of cdktf, which packs assets: we have none, and each test of a stack would load its 60 modules. */
module.exports = () => {
  throw new Error('No stack of ours has an asset that is packed.');
};
