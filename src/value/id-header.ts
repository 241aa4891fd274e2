/** The header of the column of ids that the product adds to a tab, and fills when it is asked. */
export const ID_HEADER = 'Usage ID';
