import { isStandIn, isWordlike } from './literals.ts';
import { entropy } from './words.ts';
import type { Finding, SecretKind, SecretRule } from './types.ts';

/**
 * A secret that is known by its own form. Each pattern begins with letters that are looked for fast, and repeats only
 * with bounds, so that it stays linear. The boundaries are looked at apart.
 */
interface Form {
  readonly label: string;
  readonly kind: SecretKind;
  readonly pattern: RegExp;
  /** Characters that may not stand right before and after it. */
  readonly no: RegExp;
  /** Letters in the midst of it, without which it need not be looked for; for patterns that begin with anything. */
  readonly within?: string;
  /** The form alone could be a name of a program: the rest must look drawn. */
  readonly loose: boolean;
}

const word = /[A-Za-z0-9]/;
const wordDash = /[\w-]/;

const strict =
  (kind: SecretKind) =>
  (label: string, pattern: RegExp, no = word): Form => ({ label, kind, pattern, no, loose: false });
const token = strict('token');
const key = strict('key');
/** A form whose beginning says nothing. */
const within = (text: string, form: Form): Form => ({ ...form, within: text });
const loose = (...form: Parameters<typeof key>): Form => ({ ...key(...form), loose: true });

/**
 * What the issuers document and `@secretlint/secretlint-rule-preset-recommend` 13.1 does not look for, or only in one
 * of several lengths.
 */
const forms: readonly Form[] = [
  key('AWS access key', /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}/g),
  key('Google API key', /AIza[\w-]{35}/g, wordDash),
  token('Google OAuth token', /ya29\.[\w-]{20,400}/g, wordDash),
  within('1//0', token('Google refresh token', /1\/\/0[\w-]{30,200}/g, wordDash)),
  key('Google client secret', /GOCSPX-[\w-]{24,40}/g, wordDash),
  within('Q~', key('Azure client secret', /[A-Za-z0-9_~.-]{3}\dQ~[\w~.-]{31,34}/g, /[\w~]/)),
  token('GitHub token', /gh[pousr]_[A-Za-z0-9_]{36,255}/g),
  token('GitHub token', /github_pat_\w{40,255}/g),
  token('GitLab token', /gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas|ffct|rtr)-[\w.-]{20,300}/g, wordDash),
  token('Slack token', /xox[abceoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,300}/g, wordDash),
  token('Slack token', /xapp-\d-[A-Za-z0-9-]{20,300}/g, wordDash),
  key('Slack webhook', /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[\w/]{20,200}/g),
  key('Discord webhook', /discord(?:app)?\.com\/api\/webhooks\/\d{15,22}\/[\w-]{50,100}/g, wordDash),
  token('Discord bot token', /[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}/g, /[\w.-]/),
  within(':AA', token('Telegram bot token', /\d{8,10}:AA[\w-]{32,34}/g, wordDash)),
  key(
    'Microsoft webhook',
    /webhook\.office\.com\/webhookb2\/[\w@-]{36,120}\/IncomingWebhook\/[\w/-]{32,120}/g,
  ),
  key('Stripe key', /[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,200}/g),
  loose('webhook secret', /whsec_[A-Za-z0-9+/]{24,100}={0,2}/g),
  key('OpenAI key', /sk-(?:proj|svcacct|admin|None)-[\w-]{20,250}/g, wordDash),
  loose('API key', /sk-(?:ant|or|lf|cp)-[\w-]{20,250}/g, wordDash),
  loose('API key', /sk-[A-Za-z0-9]{32,100}/g, wordDash),
  loose('Hugging Face token', /(?:hf|api_org)_[A-Za-z0-9]{30,60}/g),
  loose('API key', /(?:r8|xai|pplx|gsk|fw|csk|nvapi|jina|tvly|fc)[_-][A-Za-z0-9_-]{30,120}/g, wordDash),
  loose('npm token', /npm_[A-Za-z0-9]{36}/g),
  token('PyPI token', /pypi-AgE[\w-]{40,300}/g, wordDash),
  key('RubyGems key', /rubygems_[0-9a-f]{40,64}/g),
  key('NuGet key', /oy2[a-z0-9]{43}/g),
  key('SendGrid key', /SG\.[\w-]{16,32}\.[\w-]{32,64}/g, wordDash),
  key('Twilio key', /SK[0-9a-f]{32}/g),
  key('Mailgun key', /key-[0-9a-z]{32}/g, wordDash),
  within('-us', key('Mailchimp key', /[0-9a-f]{32}-us\d{1,2}/g, wordDash)),
  key('Brevo key', /xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}/g, wordDash),
  token('DigitalOcean token', /do[opr]_v1_[0-9a-f]{64}/g),
  key('Heroku key', /HRKU-[\w-]{36,80}/g, wordDash),
  token('Fly token', /(?<![\w=+/-])(?:FlyV1 )?fm[12][ar]?_[A-Za-z0-9+/=_-]{60,2000}/g),
  token('Netlify token', /nf[pcou]_[A-Za-z0-9]{36,60}/g),
  loose('Supabase key', /sbp?_(?:secret_)?[A-Za-z0-9_]{32,80}/g),
  key('Postman key', /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/g, wordDash),
  token('Sentry token', /sntry[su]_[A-Za-z0-9+/=_-]{40,400}/g, wordDash),
  loose('New Relic key', /NR(?:AK|JS|RA|II)-[\w-]{19,60}/g, wordDash),
  loose('Grafana token', /gl(?:c|sa)_[A-Za-z0-9+/_]{32,400}={0,2}/g),
  loose('Notion secret', /(?:secret|ntn)_[A-Za-z0-9]{40,50}/g),
  token('Airtable token', /pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g),
  token('Atlassian token', /AT(?:ATT3xFf|CTT3xFf|BB)[A-Za-z0-9_=-]{20,400}/g),
  token('Dropbox token', /(?<![\w.-])sl\.(?:u\.)?[\w-]{100,2000}/g, wordDash),
  key('Square key', /(?:sq0(?:atp|csp|idp)-[\w-]{22,60}|EAAA[\w-]{56,64})/g, wordDash),
  token('PayPal token', /access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/g),
  key('Mapbox secret', /sk\.eyJ[\w-]{40,300}\.[\w-]{16,60}/g, wordDash),
  token('Facebook token', /EAA[A-Za-z][A-Za-z0-9]{80,300}/g),
  key('Alibaba key', /LTAI[A-Za-z0-9]{16,24}/g),
  key('Tencent key', /AKID[A-Za-z0-9]{28,40}/g),
  token('HubSpot token', /pat-(?:na|eu)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, wordDash),
  key('Shopify key', /shp(?:at|ca|pa|ss|ua|ck)_[0-9a-fA-F]{32,64}/g),
  token('SonarQube token', /sq[pua]_[0-9a-f]{40}/g),
  key('Artifactory key', /AKC[A-Za-z0-9]{60,90}/g),
  token('Vault token', /hv[sbr]\.[\w-]{24,400}/g, wordDash),
  loose('Docker token', /dckr_[op]at_[\w-]{24,60}/g, wordDash),
  token('Databricks token', /dapi[0-9a-f]{32}(?:-\d)?/g),
  loose('Figma token', /fig[dou]r?_[\w-]{30,200}/g, wordDash),
  token('Doppler token', /dp\.(?:pt|st|ct|scim|audit|sa)\.[A-Za-z0-9_.]{40,80}/g),
  token('Pulumi token', /pul-[0-9a-f]{40}/g, wordDash),
  token('PlanetScale token', /pscale_(?:tkn|pw|oauth)_[\w.-]{30,64}/g, wordDash),
  within('.atlasv1.', token('Terraform token', /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,90}/g, wordDash)),
  key('age secret key', /AGE-SECRET-KEY-1[0-9A-Z]{50,70}/g),
  // Two parts of base64 that begin with `{"`, and a signature.
  token('JSON Web Token', /(?<![\w-])eyJ[\w-]{8,2000}\.eyJ[\w-]{8,6000}\.[\w-]{16,2000}/g, wordDash),
];

/** What has a form by which nothing but a secret is known. */
export const formRule: SecretRule = {
  id: 'forms of keys and tokens',
  find(text) {
    const found: Finding[] = [];
    for (const { label, kind, pattern, no, within: needed, loose: isLoose } of forms) {
      if (needed !== undefined && !text.includes(needed)) continue;
      for (const match of text.matchAll(pattern)) {
        const [secret] = match;
        const start = match.index;
        const end = start + secret.length;
        if (no.test(text[start - 1] ?? ' ') || no.test(text[end] ?? ' ')) continue;
        // The body's variety tells keys from patterns of them: `sk-xxxxxxxx`, `ghp_0000`, `npm_config_some_name`.
        if (isStandIn(secret) || entropy(secret) < 3) continue;
        if (isLoose && (!isMixed(secret) || isWordlike(secret))) continue;
        found.push({ start, end, kind, label });
      }
    }
    return found;
  },
};

function isMixed(secret: string): boolean {
  return /\d/.test(secret.slice(4)) || (/[a-z]{2}/.test(secret.slice(4)) && /[A-Z]{2}/.test(secret.slice(4)));
}
