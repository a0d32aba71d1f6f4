/** The safe-route pin as a use case: the front ends know services, the rule itself is policy. */
export {pinRoutes} from '../policy/pin.js';
