const LONG = { type: 'ephemeral', ttl: '1h', scope: 'global' }

// Tools with every field that they may have.

export const LOOK = {
  type: 'custom',
  name: 'look',
  description: 'Looks',
  input_schema: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
  strict: false,
  defer_loading: true,
  allowed_callers: ['direct'],
  eager_input_streaming: true,
  input_examples: [{ at: 'x' }],
  cache_control: LONG,
}

export const EDITOR = {
  type: 'text_editor_20250728',
  name: 'str_replace_based_edit_tool',
  max_characters: 1_000,
  strict: false,
  defer_loading: true,
  allowed_callers: ['direct'],
  eager_input_streaming: true,
  input_examples: [{ command: 'view', path: '/a' }],
  cache_control: null,
}

export const SCREEN = { name: 'computer', display_width_px: 800, display_height_px: 600 }

export const COMPUTER = {
  ...{ type: 'computer_20251124', name: 'computer', display_width_px: 800, display_height_px: 600 },
  ...{ display_number: 0, enable_zoom: true, strict: false, defer_loading: true },
  allowed_callers: ['direct'],
  eager_input_streaming: true,
  input_examples: [{ action: 'wait' }],
  cache_control: null,
}

export const BROWSER = {
  type: 'browser_toolset_20260801',
  configs: { find: { enabled: true, defer_loading: true }, screenshot: { enabled: false } },
  cache_control: null,
}
