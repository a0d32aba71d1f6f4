import {createParser} from 'eventsource-parser';

/** The `data` of each event of a stream; comments, other fields and unknown event types do not matter to a chat. */
export function createEventReader() {
	let found: string[] = [];
	let isDone = false;
	const parser = createParser({
		onEvent({data}) {
			if (data.trim() === '[DONE]') isDone = true;
			else if (!isDone && data.trim() !== '') found.push(data);
		},
	});
	const take = () => {
		const taken = found;
		found = [];
		return taken;
	};
	return {
		feed(text: string): readonly string[] {
			parser.feed(text);
			return take();
		},
		/** The last event may lack its blank line, the last line its line feed. */
		end(): readonly string[] {
			parser.feed('\n\n');
			return take();
		},
		isDone: () => isDone,
	};
}
