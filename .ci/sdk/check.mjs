// Asks a running `notifyaudit simulate -scenario scenario.json` with the official
// DingTalk SDK: a client that nobody here wrote must find the documented API.
//
//   node check.mjs http://127.0.0.1:8080
//
// Prints a line per check and `N passed, N failed`; exits 1 when one failed.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

// The SDK is CommonJS whose exports Node can't see from an import statement.
const require = createRequire(import.meta.url);
const robot = require('@alicloud/dingtalk/robot_1_0');
const oauth2 = require('@alicloud/dingtalk/oauth2_1_0');
const { Config } = require('@alicloud/openapi-client');
const { RuntimeOptions } = require('@alicloud/tea-util');

const APP_KEY = 'dingsdkcheck';
const APP_SECRET = 'sdk-check-secret';
const CHAT_KEY = 'Kna450readers=';
const PAGED_KEY = 'Kna450pages=';
const GROUP_KEY = 'KnaGroup120=';
const ONE_TO_ONE_KEY = 'KnaOne/To+One=';
const SUITE_KEY = 'suitesdkcheck';
const SUITE_TICKET = 'sdk-check-ticket';
const CORP_ID = 'dingsdkcorp';

/** The made-up people among whom the simulator draws `count` readers of `count`. */
const everybody = (count) => Array.from({ length: count }, (_, i) => `user${String(i + 1).padStart(4, '0')}`);

const endpoint = process.argv[2];
if (!endpoint) {
  console.error('usage: node check.mjs http://HOST:PORT');
  process.exit(64);
}
const { protocol, host } = new URL(endpoint);
const config = new Config({ protocol: protocol.replace(':', ''), endpoint: host, regionId: 'central' });
const robotClient = new robot.default(config);
const oauth2Client = new oauth2.default(config);
const runtime = new RuntimeOptions({});

async function getToken(appKey = APP_KEY, appSecret = APP_SECRET) {
  const request = new oauth2.GetAccessTokenRequest({ appKey, appSecret });
  return (await oauth2Client.getAccessTokenWithOptions(request, {}, runtime)).body;
}

async function getCorpToken(suiteTicket = SUITE_TICKET, authCorpId = CORP_ID) {
  const request = new oauth2.GetCorpAccessTokenRequest({ suiteKey: SUITE_KEY, suiteSecret: APP_SECRET, suiteTicket, authCorpId });
  return (await oauth2Client.getCorpAccessTokenWithOptions(request, {}, runtime)).body;
}

async function getUnifiedToken(corpId = CORP_ID) {
  const request = new oauth2.GetTokenRequest({ clientId: SUITE_KEY, clientSecret: APP_SECRET, grantType: 'client_credentials' });
  return (await oauth2Client.getTokenWithOptions(corpId, request, {}, runtime)).body;
}

async function queryOneToOne(token, fields) {
  const headers = new robot.BatchOTOQueryHeaders({ xAcsDingtalkAccessToken: token });
  const request = new robot.BatchOTOQueryRequest({ processQueryKey: ONE_TO_ONE_KEY, robotCode: 'dingsdkbot', ...fields });
  return (await robotClient.batchOTOQueryWithOptions(request, headers, runtime)).body;
}

async function queryChat(token, fields) {
  const headers = new robot.PrivateChatQueryHeaders({ xAcsDingtalkAccessToken: token });
  const request = new robot.PrivateChatQueryRequest(fields);
  return (await robotClient.privateChatQueryWithOptions(request, headers, runtime)).body;
}

async function queryGroup(token, fields) {
  const headers = new robot.OrgGroupQueryHeaders({ xAcsDingtalkAccessToken: token });
  const request = new robot.OrgGroupQueryRequest(fields);
  return (await robotClient.orgGroupQueryWithOptions(request, headers, runtime)).body;
}

/** Asks for every page and returns the ids of each. */
async function allPages(query, token, processQueryKey, maxResults) {
  const pages = [];
  let nextToken;
  for (;;) {
    const body = await query(token, { processQueryKey, maxResults, nextToken });
    assert.equal(body.sendStatus, 'SUCCESS');
    assert.ok(body.readUserIds.length <= maxResults, `${body.readUserIds.length} ids on a page of ${maxResults}`);
    pages.push(body.readUserIds);
    if (!body.hasMore) {
      return pages;
    }
    assert.ok(body.nextToken, 'hasMore without a nextToken');
    assert.ok(pages.length < 1000, 'pages without an end');
    nextToken = body.nextToken;
  }
}

/** Checks that the SDK throws with the documented code and HTTP status. */
async function refused(call, status, code) {
  await assert.rejects(call, (err) => {
    assert.equal(err.code, code);
    assert.equal(err.data?.statusCode, status);
    return true;
  });
}

let token;
let corpToken;
const checks = {
  'an app gets a token for 7200 s': async () => {
    const body = await getToken();
    assert.equal(body.expireIn, 7200);
    assert.ok(body.accessToken.length > 0);
    token = body.accessToken;
  },
  'asked again, it is the same token': async () => {
    assert.equal((await getToken()).accessToken, token);
  },
  'a wrong secret is 400 invalidClientIdOrSecret': () =>
    refused(() => getToken(APP_KEY, 'wrong'), 400, 'invalidClientIdOrSecret'),
  '450 readers at 200 a page are 3 pages, each reader once': async () => {
    const pages = await allPages(queryChat, token, CHAT_KEY, 200);
    assert.deepEqual(pages.map((ids) => ids.length), [200, 200, 50]);
    assert.deepEqual(pages.flat().sort(), everybody(450));
  },
  '450 readers at 50 a page are 9 pages, each reader once': async () => {
    const pages = await allPages(queryChat, token, CHAT_KEY, 50);
    assert.deepEqual(pages.map((ids) => ids.length), Array(9).fill(50));
    assert.deepEqual(pages.flat().sort(), everybody(450));
  },
  'pages that repeat ids still hold exactly the 450': async () => {
    const pages = await allPages(queryChat, token, PAGED_KEY, 200);
    assert.ok(pages.flat().length > 450, 'no id was repeated');
    assert.deepEqual([...new Set(pages.flat())].sort(), everybody(450));
  },
  'the group call pages alike': async () => {
    const pages = await allPages(queryGroup, token, GROUP_KEY, 100);
    assert.deepEqual(pages.flat().sort(), everybody(120));
  },
  'a bad token is 400 InvalidAuthentication': () =>
    refused(() => queryChat('bad-token', { processQueryKey: CHAT_KEY }), 400, 'InvalidAuthentication'),
  'no token is 400 AuthenticationFailed.MissingParameter': () =>
    refused(() => queryChat(undefined, { processQueryKey: CHAT_KEY }), 400, 'AuthenticationFailed.MissingParameter'),
  'a page size of 201 is 400 invalidParameter.pageSize.invalid': () =>
    refused(() => queryChat(token, { processQueryKey: CHAT_KEY, maxResults: 201 }), 400, 'invalidParameter.pageSize.invalid'),
  'a bad cursor is 400 invalidParameter.cursor.invalid': () =>
    refused(() => queryChat(token, { processQueryKey: CHAT_KEY, nextToken: 'not-a-token' }), 400, 'invalidParameter.cursor.invalid'),
  "another message's cursor is 400 invalidParameter.cursor.invalid": async () => {
    const { nextToken } = await queryChat(token, { processQueryKey: CHAT_KEY });
    await refused(() => queryChat(token, { processQueryKey: PAGED_KEY, nextToken }), 400, 'invalidParameter.cursor.invalid');
  },
  'a missing key is 400 invalidParameter.processQueryKey.missing': () =>
    refused(() => queryChat(token, { maxResults: 200 }), 400, 'invalidParameter.processQueryKey.missing'),
  'an unknown key is 400 invalid.processQueryKey': () =>
    refused(() => queryChat(token, { processQueryKey: 'KnaNobody=' }), 400, 'invalid.processQueryKey'),
  "a group's key is 400 invalid.processQueryKey": () =>
    refused(() => queryChat(token, { processQueryKey: GROUP_KEY }), 400, 'invalid.processQueryKey'),
  'a third-party app gets a token for 7200 s': async () => {
    const body = await getCorpToken();
    assert.equal(body.expireIn, 7200);
    assert.ok(body.accessToken.length > 0);
    corpToken = body.accessToken;
  },
  'asked again, it is another token': async () => {
    assert.notEqual((await getCorpToken()).accessToken, corpToken);
  },
  'an old ticket is refused': () => refused(() => getCorpToken('older'), 400, 'invalidClientIdOrSecret'),
  'an organisation that has not authorised is refused': () =>
    refused(() => getCorpToken(SUITE_TICKET, 'dingother'), 400, 'invalidClientIdOrSecret'),
  'a unified app gets a token for 7200 s': async () => {
    const body = await getUnifiedToken();
    assert.equal(body.expiresIn, 7200);
    assert.ok(body.accessToken.length > 0);
  },
  'a one-to-one message names its receivers, read and unread': async () => {
    const body = await queryOneToOne(corpToken);
    assert.equal(body.sendStatus, 'SUCCESS');
    const statuses = body.messageReadInfoList.map(({ userId, readStatus }) => `${userId} ${readStatus}`);
    assert.deepEqual(statuses, ['u1 UNREAD', 'u2 READ', 'u3 UNREAD']);
  },
  'the unified token asks for its organisation too': async () => {
    const { accessToken } = await getUnifiedToken();
    assert.equal((await queryOneToOne(accessToken)).messageReadInfoList.length, 3);
  },
  "an internal app's token does not open another organisation's key": () =>
    refused(() => queryOneToOne(token), 400, 'invalid.processQueryKey'),
  'one-to-one without a robot is 400 invalidParameter.robotCode.missing': () =>
    refused(() => queryOneToOne(corpToken, { robotCode: undefined }), 400, 'invalidParameter.robotCode.missing'),
  'one-to-one with another robot is 400 invalidParameter.robotCode.invalid': () =>
    refused(() => queryOneToOne(corpToken, { robotCode: 'dingother' }), 400, 'invalidParameter.robotCode.invalid'),
  'a stopped robot is 400 bot.stopped': () =>
    refused(() => queryChat(token, { processQueryKey: 'KnaStopped=' }), 400, 'bot.stopped'),
  'a system error is 500 system.error': () =>
    refused(() => queryChat(token, { processQueryKey: 'KnaBroken=' }), 500, 'system.error'),
};

let passed = 0;
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    passed++;
    console.log(`ok   ${name}`);
  } catch (err) {
    failed++;
    console.log(`FAIL ${name}: ${err.message.replace(/\s+/g, ' ')}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
