// Two clients of each document: one with fetch, and schemas for zod.
const { DIST, OUT } = process.env;
const documents = ['hss-image', 'iam'];
const of = (client) => (name) => [
  `${name}-${client}`,
  { input: `${DIST}/${name}.json`, output: { client, target: `${OUT}/orval-${client}-${name}.ts` } },
];

module.exports = Object.fromEntries([...documents.map(of('fetch')), ...documents.map(of('zod'))]);
