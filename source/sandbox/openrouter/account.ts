import type {TableRow} from '../fixtures.js';
import {kindOfKey} from '../keys.js';
import {lowCredit} from './chat-errors.js';

/** USD that the sandbox's account had spent when the sandbox started. */
export const usageAtStart = 25.5;

/** What `GET /key` tells of a key; a key without credit has used up its limit. */
export function describeKey(key: string, spent: number): Readonly<Record<string, unknown>> {
	const kind = kindOfKey(key);
	const limit = kind === 'no-credit' || kind === 'low-credit' ? 5 : 100;
	const usage = kind === 'no-credit' ? 5 : kind === 'low-credit' ? 5 - lowCredit : spent;
	const freeUsed = kind === 'free-used-up' ? 50 : 0;
	const freeLimit = kind === 'free-used-up' ? 50 : 1000;
	const isManagement = kind === 'management';
	return {
		label: `${key.slice(0, 6)}…${key.slice(-3)}`,
		limit,
		limit_remaining: Math.max(0, limit - usage),
		limit_reset: 'monthly',
		include_byok_in_limit: false,
		usage,
		usage_daily: usage / 10,
		usage_weekly: usage / 4,
		usage_monthly: usage,
		byok_usage: 0,
		byok_usage_daily: 0,
		byok_usage_weekly: 0,
		byok_usage_monthly: 0,
		is_free_tier: false,
		is_management_key: isManagement,
		is_provisioning_key: isManagement,
		expires_at: null,
		creator_user_id: 'user_sandbox',
		rate_limit: {requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.'},
		free_model_daily_requests: {limit: freeLimit, used: freeUsed, remaining: freeLimit - freeUsed},
		allowed_data_regions: ['global', 'eu', 'us'],
		organization_id: null,
		workspace_id: 'ws_sandbox',
	};
}

/** A row of providers.tsv as `GET /providers` tells it. */
export function toProvider(row: TableRow): Readonly<Record<string, unknown>> {
	return {
		name: row.name,
		slug: row.slug,
		privacy_policy_url: null,
		terms_of_service_url: row.terms || null,
		status_page_url: null,
		headquarters: row.headquarters || null,
		datacenters: row.datacenters ? row.datacenters.split(',') : null,
	};
}
