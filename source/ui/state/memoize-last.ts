/** Remembers the last answer: selectors are called for every key and every frame. */
export function memoizeLast<Arguments extends readonly unknown[], Result>(
	compute: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
	let last: {args: Arguments; result: Result} | undefined;
	return (...args) => {
		if (last && args.every((value, index) => Object.is(value, last!.args[index]))) return last.result;
		last = {args, result: compute(...args)};
		return last.result;
	};
}
