/** How fast streams flow: at once, fast but visible, or as the route's telemetry says. */
export type Pace = 'instant' | 'demo' | 'real';

export const paces: readonly Pace[] = ['instant', 'demo', 'real'];

/** What a route's telemetry says of its speed. */
export type Speed = {readonly firstTokenMilliseconds: number; readonly tokensPerSecond: number};

/** Before the first piece, and between two pieces of one token each; both in milliseconds. */
export type Timing = {readonly first: number; readonly perToken: number};

const none: Timing = {first: 0, perToken: 0};

/** `slow` is the command's argument: tokens a second, 10 where it says nothing; it slows every pace. */
export function timingOf(pace: Pace, speed: Speed, slow: string | undefined): Timing {
	if (slow !== undefined) return {first: 300, perToken: 1000 / (Number(slow) || 10)};
	if (pace === 'instant') return none;
	if (pace === 'real') return {first: speed.firstTokenMilliseconds, perToken: 1000 / speed.tokensPerSecond};
	// Three times as fast as the route, within what the eye can follow.
	const tokensPerSecond = Math.min(Math.max(speed.tokensPerSecond * 3, 60), 400);
	return {first: Math.min(speed.firstTokenMilliseconds / 4, 500), perToken: 1000 / tokensPerSecond};
}

/** Reads STILLROOM_SANDBOX_PACE; throws an Error that names the values when it is none of them. */
export function readPace(text: string | undefined, fallback: Pace): Pace {
	if (text === undefined || text === '') return fallback;
	const pace = paces.find((known) => known === text);
	if (!pace) throw new Error(`STILLROOM_SANDBOX_PACE is "${text}", which is none of ${paces.join(', ')}.`);
	return pace;
}
