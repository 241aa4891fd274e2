const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Folders whose files take longest, the longest first. Without the times of a former run jest begins
 * with the largest files, but many of these are small: at the end one of them would run alone.
 */
const LONG = ['simulation', 'browser', 'bundle', 'security', 'lago-fake'];

const rank = ({ path, duration }) => {
  const folder = LONG.findIndex((name) => path.split(/[\\/]/).includes(name));
  return duration !== undefined || folder < 0 ? LONG.length : folder;
};

/** Runs the files in the order of the times that they took before, or the likely ones. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((left, right) => rank(left) - rank(right));
  }
};
