/** Paths on a grid of 16 by 16, to be stroked. */
const PATHS = {
  gauge: 'M2.5 11a5.5 5.5 0 1 1 11 0M8 11l2.5-3.5',
  flask: 'M6.5 2.5h3M7 2.5v4L3.3 12a1 1 0 0 0 .9 1.5h7.6a1 1 0 0 0 .9-1.5L9 6.5v-4M5 10h6',
  bars: 'M3 13V8M8 13V3M13 13v-7',
  coins:
    'M8 2.5c3 0 5 .9 5 2s-2 2-5 2-5-.9-5-2 2-2 5-2M3 4.5v7c0 1.1 2 2 5 2s5-.9 5-2v-7M3 8c0 1.1 2 2 5 2s5-.9 5-2',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  key: 'M10.5 5.5h.01M6.7 8.3a4 4 0 1 1 2 2L7.5 11.5H6V13H4.5v1H2v-2z',
  shield: 'M8 2l5 2v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4z',
  sliders: 'M3 4.5h6M12 4.5h1M3 11.5h1M7 11.5h6M10.5 3v3M5.5 10v3',
  grid: 'M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5H9z',
  people:
    'M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.5 13c.3-2 2-3.3 4.5-3.3s4.2 1.3 4.5 3.3M11 3.3a2.5 2.5 0 0 1 0 4.5M12.3 9.9c1.3.5 2.1 1.6 2.2 3.1',
  stack: 'M8 2.5l6 3-6 3-6-3zM2 8.5l6 3 6-3M2 11.3l6 3 6-3',
  file: 'M4 1.8h5l3.5 3.5v9H4zM9 1.8v3.5h3.5',
  spark: 'M8 2l1.4 4.6L14 8l-4.6 1.4L8 14l-1.4-4.6L2 8l4.6-1.4z',
  cube: 'M8 1.8l5.5 3v6.4L8 14.2l-5.5-3V4.8zM2.5 4.8L8 8l5.5-3.2M8 8v6.2',
  record: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6',
  tag: 'M2.5 2.5h5l6 6-5 5-6-6zM5.3 5.3h.01',
  building: 'M3.5 14V2.5h6V14M9.5 6.5h3V14M2 14h12M5.7 5.3h1.6M5.7 8h1.6M5.7 10.7h1.6',
  clock: 'M8 13.8A5.8 5.8 0 1 0 8 2.2a5.8 5.8 0 0 0 0 11.6M8 4.8V8l2.2 1.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  plus: 'M8 3v10M3 8h10',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9',
  play: 'M4.5 2.8l8.5 5.2-8.5 5.2z',
  stop: 'M4 4h8v8H4z',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  warning: 'M8 2.3l6.3 11.2H1.7zM8 6.5v3.2M8 11.7h.01',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M2.8 13.3h10.4',
  upload: 'M8 10V2.5M4.8 5.7L8 2.5l3.2 3.2M2.8 13.3h10.4',
  refresh: 'M13.5 8A5.5 5.5 0 1 1 11.7 4M12 1.5V4.3H9.2',
  edit: 'M10.5 3l2.5 2.5-7.5 7.5-3 .5.5-3z',
  columns: 'M2.5 3h11v10h-11zM8 3v10',
  theme: 'M8 13.8A5.8 5.8 0 1 0 8 2.2zM8 2.2v11.6',
  out: 'M6.5 2.5H3v11h3.5M10.5 5L13.5 8l-3 3M13.5 8H6',
  book: 'M8 4c-1.2-1-3-1.4-5.5-1.4v9.6c2.5 0 4.3.4 5.5 1.4 1.2-1 3-1.4 5.5-1.4V2.6C11 2.6 9.2 3 8 4zM8 4v9.6',
  image: 'M2.5 3h11v10h-11zM2.5 11l3.2-3.2 2.8 2.7L11 8l2.5 2.5M5.7 5.9h.01',
  user: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8M2.8 13.7c.4-2.3 2.3-3.7 5.2-3.7s4.8 1.4 5.2 3.7',
} as const

export type IconName = keyof typeof PATHS

/** A picture beside words that say the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
