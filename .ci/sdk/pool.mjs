// Asks about the first COUNT keys of .ci/growth, a page each, with the official DingTalk
// SDK, in a pool of workers.
//
//   node pool.mjs http://127.0.0.1:8080 COUNT
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url); // see check.mjs
const robot = require('@alicloud/dingtalk/robot_1_0');
const oauth2 = require('@alicloud/dingtalk/oauth2_1_0');
const { Config } = require('@alicloud/openapi-client');
const { RuntimeOptions } = require('@alicloud/tea-util');

const WORKERS = 16; // as many as the bare loop's

const { protocol, host } = new URL(process.argv[2]);
const count = Number(process.argv[3]);
const config = new Config({ protocol: protocol.replace(':', ''), endpoint: host, regionId: 'central' });
const robotClient = new robot.default(config);
const runtime = new RuntimeOptions({});

const tokenRequest = new oauth2.GetAccessTokenRequest({ appKey: 'dinggrowth', appSecret: 'for-the-simulator-only' });
const token = (await new oauth2.default(config).getAccessTokenWithOptions(tokenRequest, {}, runtime)).body.accessToken;

let next = 0;
async function work() {
  while (next < count) {
    const processQueryKey = `KnaGrowth${String(next++).padStart(9, '0')}=`;
    const headers = new robot.PrivateChatQueryHeaders({ xAcsDingtalkAccessToken: token });
    const request = new robot.PrivateChatQueryRequest({ processQueryKey, maxResults: 200 });
    const { body } = await robotClient.privateChatQueryWithOptions(request, headers, runtime);
    if (body.sendStatus !== 'SUCCESS' || body.hasMore) {
      throw new Error(`the answer about ${processQueryKey} is not one page of a sent message`);
    }
  }
}
await Promise.all(Array.from({ length: WORKERS }, work));
