import { runCommand } from './command';

const exitCode = await runCommand(process.argv.slice(2), process.env, {
  output: (text) => void process.stdout.write(text),
  errors: (text) => void process.stderr.write(text),
});
if (exitCode === undefined) process.once('SIGINT', () => process.exit());
else process.exit(exitCode);
