import {useStdin} from 'ink';
import {useEffect, useRef} from 'react';

/** Ink hands on what was read; its types keep that to itself. */
type WithEmitter = {
	readonly internal_eventEmitter: {
		readonly on: (event: 'input', listener: (data: string) => void) => unknown;
		readonly removeListener: (event: 'input', listener: (data: string) => void) => unknown;
	};
};

/** The bytes of the key that useInput is called for next: it says nothing of function keys. Stands before useInput, which listens in the order of effects. */
export function useRawInput(): {readonly current: string} {
	const {internal_eventEmitter: emitter} = useStdin() as unknown as WithEmitter;
	const raw = useRef('');
	useEffect(() => {
		const hear = (data: string): void => {
			raw.current = data;
		};
		emitter.on('input', hear);
		return () => void emitter.removeListener('input', hear);
	}, [emitter]);
	return raw;
}
