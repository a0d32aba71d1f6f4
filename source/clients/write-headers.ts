import type {Service} from '../domain/service.js';

/** Exactly these headers leave, whatever the `openai` package or its environment variables would add. */
export function writeHeaders(service: Service, apiKey: string | null, version: string): Headers {
	const headers = new Headers({Accept: 'application/json', 'User-Agent': `stillroom/${version}`});
	if (apiKey !== null) headers.set('Authorization', `Bearer ${apiKey}`);
	if (service === 'openrouter') {
		// https://openrouter.ai/docs/app-attribution
		headers.set('HTTP-Referer', 'https://www.npmjs.com/package/stillroom');
		headers.set('X-OpenRouter-Title', 'stillroom');
		headers.set('X-OpenRouter-Categories', 'cli-agent');
	}
	return headers;
}
