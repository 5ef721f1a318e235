/** The newest version of the Data Share API, unchanged since. */
export const shareApiVersion = '2021-08-01';
