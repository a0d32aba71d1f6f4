import type {ModelRow} from './wire.js';

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;'};
const escapeXml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** The list as RSS 2.0; with chat links each item leads to a chat with its model. */
export function toRss(models: readonly ModelRow[], links: 'models' | 'chat'): string {
	const items = models.map((model) => {
		const link =
			links === 'chat' ? `https://openrouter.ai/chat?models=${encodeURIComponent(model.id)}` : `https://openrouter.ai/${model.id}`;
		const date = new Date(model.created * 1000).toUTCString();
		return `<item><title>${escapeXml(model.name)}</title><link>${escapeXml(link)}</link><guid isPermaLink="false">${escapeXml(model.id)}</guid><description>${escapeXml(model.description ?? '')}</description><pubDate>${date}</pubDate></item>`;
	});
	return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>OpenRouter Models</title><link>https://openrouter.ai/models</link><description>Models of the stillroom sandbox</description>${items.join('')}</channel></rss>\n`;
}
