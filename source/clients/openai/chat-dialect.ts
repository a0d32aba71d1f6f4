import type {ChatDialect} from '../chat/read-chunk.js';
import {toText} from '../wire.js';

/** OpenAI serves its models itself; its own headers show that it was its server that answered, and no gateway in its place. */
export const openaiDialect: ChatDialect = {
	headers: {},
	needsDone: false,
	readHeaders(header) {
		const requestId = toText(header('x-request-id'));
		const isOpenai = (header('openai-processing-ms') ?? header('openai-version')) !== null;
		return {...(requestId && {requestId}), ...(isOpenai && {servedProvider: 'OpenAI', proof: 'response_header' as const})};
	},
	readExtras: () => ({}),
};
