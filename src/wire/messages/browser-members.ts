import type { JsonObject } from '../../util/json-object.ts'
import type { MemberSource } from './member-source.ts'
import { choice, inputSchema, integer, integers, number, string } from './tool-schema.ts'

const tab = string('The tab; the active one if left out.')
const point = inputSchema(
  { type: { const: 'coordinate' }, x: number('Pixels from the left.'), y: number('Pixels from the top.') },
  ['type', 'x', 'y'],
)
const element = inputSchema(
  { type: { const: 'ref' }, ref: string('An element that `read_page` or `find` named, such as `ref_7`.') },
  ['type', 'ref'],
)
const place = { anyOf: [point, element] }
const strings = (description: string) => ({ type: 'array', items: { type: 'string' }, description })

/** What is done in a tab, the active one unless the call names another. */
function inTab(
  description: string,
  properties: JsonObject = {},
  required: readonly string[] = Object.keys(properties),
): MemberSource {
  return { description, properties: { ...properties, tab_id: tab }, required }
}

function click(description: string): MemberSource {
  const modifiers = string('Keys to hold meanwhile, such as `ctrl+shift`.')
  return inTab(description, { target: place, modifiers }, ['target'])
}

/** The tools of the browser toolset. */
export const BROWSER_MEMBERS: Readonly<Record<string, MemberSource>> = {
  navigate: inTab('Opens a page.', { url: string('Its address, or `back`, `forward` or `reload`.') }),
  screenshot: inTab('Takes a screenshot of the visible part of a page.'),
  zoom: inTab('Shows a part of a page in full resolution.', {
    region: integers(4, 'The left, top, right and bottom edge of the part, in pixels.'),
  }),
  left_click: click('Clicks with the left mouse button.'),
  right_click: click('Clicks with the right mouse button.'),
  middle_click: click('Clicks with the middle mouse button.'),
  double_click: click('Clicks twice with the left mouse button.'),
  triple_click: click('Clicks three times with the left mouse button.'),
  hover: inTab('Moves the mouse over an element or a point.', { target: place }),
  left_click_drag: inTab('Drags with the left mouse button.', { from: point, target: point }),
  left_mouse_down: inTab('Presses the left mouse button and keeps it down.', { target: point }),
  left_mouse_up: inTab('Releases the left mouse button.', { target: point }),
  mouse_move: inTab('Moves the mouse.', { target: point }),
  scroll: inTab(
    'Turns the mouse wheel.',
    {
      scroll_direction: choice(['up', 'down', 'left', 'right'], 'The direction.'),
      target: point,
      scroll_amount: integer('How many clicks of the wheel, 1 to 10; 3 if left out.'),
    },
    ['scroll_direction', 'target'],
  ),
  scroll_to: inTab('Scrolls until an element is visible.', { target: element }),
  type: inTab('Types a text.', { text: string('The text.') }),
  key: inTab(
    'Presses keys.',
    { text: string('A key, several together, or a sequence of them.'), repeat: integer('How often.') },
    ['text'],
  ),
  hold_key: inTab('Holds a key down.', {
    text: string('The keys.'),
    duration: number('How many seconds; at most 30.'),
  }),
  form_input: inTab('Sets the value of an input of a form.', {
    target: element,
    value: { type: ['string', 'number', 'boolean'], description: 'The value.' },
  }),
  read_page: inTab(
    'Lists the elements of a page, with a name for each.',
    {
      filter: choice(['interactive', 'all'], 'Only those to interact with, or also those out of sight.'),
      depth: integer('How deep; 15 if left out.'),
      ref: string('The element to begin with.'),
    },
    [],
  ),
  find: inTab('Finds elements of a page by a description.', { query: string('The description.') }),
  get_page_text: inTab('Returns the text of a page.'),
  javascript_exec: { ...inTab('Runs JavaScript in a page.', { text: string('The code.') }), isOff: true },
  file_upload: {
    ...inTab(
      'Gives files to an input of a form.',
      {
        target: element,
        paths: strings('Paths of the files where the browser runs.'),
        document_ids: strings('Names of files that were prepared.'),
      },
      ['target'],
    ),
    isOff: true,
  },
  read_console: { ...inTab('Returns the messages of the console.'), isOff: true },
  read_network: { ...inTab('Returns the network requests of a page.'), isOff: true },
  new_tab: { description: 'Opens a tab.', properties: {} },
  list_tabs: { description: 'Lists the open tabs.', properties: {} },
  switch_tab: {
    description: 'Makes a tab the active one.',
    properties: { tab_id: string('The tab.') },
    required: ['tab_id'],
  },
  close_tab: {
    description: 'Closes a tab.',
    properties: { tab_id: string('The tab.') },
    required: ['tab_id'],
  },
  wait: inTab('Waits for some seconds.', { duration: number('How many; at most 30.') }),
}
