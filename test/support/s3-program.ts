/** The S3 server in a process of its own: `node s3-program.ts <directory> <bucket>`. Tells its port, and ends with its parent. */
import S3rver from '@20minutes/s3rver';

const [, , directory = '', bucket = ''] = process.argv;
const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  directory,
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: bucket }],
});
const { port } = await server.run();
process.once('disconnect', () => process.exit());
process.send?.(port);
