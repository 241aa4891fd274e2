// Loaded before a command line that runs later than this machine's clock says.
const now = Date.now.bind(Date);
Date.now = () => now() + Number(process.env.LATER_MS ?? 0);
