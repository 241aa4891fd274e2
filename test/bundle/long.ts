/** Whether what `npm test` leaves out is played too: `npm run test:long`. */
export const IS_LONG = process.env['LONG'] !== undefined;
