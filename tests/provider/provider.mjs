// A sign-in service that this project did not write, set up as strictly as it can be: PKCE, proofs of the device with a
// nonce, refresh tokens that are good once. Started by the tests: `node provider.mjs FOLDER`, where FOLDER holds
// node_modules. Says where it listens, then a line for each thing it gave or refused.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { Provider } = await import(pathToFileURL(join(process.argv[2], 'node_modules/oidc-provider/lib/index.js')));
const key = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', alg,
});
const seconds = Number(process.env.TOKEN_SECONDS ?? 3600);
const signs = process.env.SIGNS ?? 'ES256';
const resources = ['Patient.rs', 'Consent.rs', 'DocumentReference.crs', 'Appointment.rs', 'Practitioner.rs', 'PractitionerRole.rs'];

const client = (client_id) => ({
  client_id,
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  id_token_signed_response_alg: signs,
  redirect_uris: ['http://127.0.0.1/signed-in'],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
});

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client('doorstep-app'), client('another-app')],
    jwks: { keys: [key('ec', { namedCurve: 'P-256' }, 'ES256'), key('rsa', { modulusLength: 2048 }, 'RS256')] },
    scopes: ['openid', 'offline_access', 'fhirUser', 'launch', ...resources.map((one) => `user/${one}`)],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, fhirUser: `Practitioner/${id}` }) }),
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    },
    rotateRefreshToken: true,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    ttl: {
      AccessToken: seconds, IdToken: 600, AuthorizationCode: 60, DeviceCode: 600, RefreshToken: 36000, Grant: 36000,
      Interaction: 600, Session: 36000,
    },
  });
  const say = (...words) => console.log(words.join(' '));
  provider.on('grant.success', (ctx) => say('gave', ctx.oidc.params.grant_type));
  provider.on('grant.error', (ctx, error) => say('refused', ctx.oidc?.params?.grant_type, error.error));
  provider.on('grant.revoked', () => say('ended a sign-in'));
  provider.on('refresh_token.destroyed', () => say('took a refresh token back'));
  provider.on('authorization.error', (_, error) => say('refused', 'authorization', error.error));
  provider.on('server_error', (_, error) => console.error(error));
  server.on('request', provider.callback());
  say('listening on', issuer);
});
