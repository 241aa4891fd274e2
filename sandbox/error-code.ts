/** Whether Node has thrown this, such as `ENOENT`; errors of another realm are no `Error` here. */
export const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
