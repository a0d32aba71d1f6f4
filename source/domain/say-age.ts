/** How long ago, in the largest whole unit: `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`; `never read` for null. */
export function sayAge(at: string | null, now: Date): string {
	const then = at === null ? Number.NaN : Date.parse(at);
	if (Number.isNaN(then)) return 'never read';
	const seconds = Math.max(0, Math.round((now.getTime() - then) / 1000));
	if (seconds < 90) return `${seconds} s ago`;
	if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
	if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
	return `${Math.round(seconds / 86_400)} days ago`;
}
