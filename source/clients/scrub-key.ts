/** A function that takes every given key, and everything that looks like one, out of a text. */
export function createScrubber(keys: readonly (string | null)[]): (text: string) => string {
	const secrets = keys
		.filter((key): key is string => key !== null && key.length >= 6)
		.flatMap((key) => [key, encodeURIComponent(key)])
		.sort((a, b) => b.length - a.length);
	return (text) => {
		let safe = text;
		for (const secret of secrets) safe = safe.replaceAll(secret, '[key]');
		return safe.replaceAll(/\b(?:sk|pk|key)-[\w-]{12,}/g, '[key]');
	};
}
