import type {Gateway} from '../../domain/service.js';

const paths: Readonly<Record<Gateway, string>> = {openrouter: '/chat/completions', nanogpt: '/v1/chat/completions'};
const keys: Readonly<Record<Gateway, string>> = {openrouter: 'OPENROUTER_API_KEY', nanogpt: 'NANOGPT_API_KEY'};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A command that sends a test prompt; the key stays a variable of the shell. */
export function curlFor(gateway: Gateway, baseUrl: string, model: string, provider: unknown): string {
	const body = {model, messages: [{role: 'user', content: 'Say hello.'}], max_tokens: 64, ...(provider ? {provider} : {})};
	return [
		`curl ${quoted(`${baseUrl.replace(/\/$/, '')}${paths[gateway]}`)}`,
		`  -H "Authorization: Bearer $${keys[gateway]}"`,
		"  -H 'Content-Type: application/json'",
		`  -d ${quoted(JSON.stringify(body))}`,
	].join(' \\\n');
}
