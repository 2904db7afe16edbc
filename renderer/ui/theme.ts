import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: harbour blue. Shade 8 carries white text at 5.4:1. */
const harbour: MantineColorsTuple = [
  '#ecf8fb',
  '#d8eef4',
  '#b2dfe9',
  '#86cddd',
  '#5fbdd2',
  '#3faec7',
  '#1f9bb6',
  '#13859f',
  '#0e7490',
  '#0b5d74',
];

const slate: MantineColorsTuple = [
  '#e7e9ed',
  '#c8ccd4',
  '#a4aab5',
  '#868d99',
  '#3b424e',
  '#262b34',
  '#1b1f26',
  '#16191f',
  '#101317',
  '#0b0d10',
];

const quick = { duration: 120, transition: 'fade' } as const;

/** The kit's theme: our sizes, faces and one accent. Everything else of our look stands in `tokens.css`. */
export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 8 },
  colors: { harbour, dark: slate },
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-mono)',
  headings: { fontFamily: 'var(--font-text)', fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '6px', xl: '6px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: {
      vars: () => ({ root: { '--button-height': '32px', '--button-padding-x': '12px', '--button-fz': '13px' } }),
    },
    Input: { vars: () => ({ wrapper: { '--input-height': '32px', '--input-fz': '13px' } }) },
    InputWrapper: {
      styles: {
        label: { marginBottom: 4 },
        description: { marginBottom: 4, fontSize: 12, lineHeight: '16px' },
        error: { fontSize: 12, lineHeight: '18px', marginTop: 4 },
      },
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    Checkbox: { defaultProps: { size: 'xs' }, styles: { label: { fontSize: 13, lineHeight: '16px' } } },
    Modal: {
      styles: {
        title: { fontSize: 15, fontWeight: 650 },
        header: { padding: '12px 16px' },
        body: { padding: '0 16px 16px' },
      },
      defaultProps: { centered: true, transitionProps: quick, overlayProps: { backgroundOpacity: 0.4 } },
    },
    Menu: { defaultProps: { transitionProps: quick, shadow: 'md' } },
    Tooltip: { defaultProps: { transitionProps: quick, openDelay: 350, withArrow: false, zIndex: 400 } },
    Popover: { defaultProps: { transitionProps: quick, shadow: 'md' } },
    Select: { defaultProps: { checkIconPosition: 'right', comboboxProps: { transitionProps: quick, shadow: 'md' } } },
  },
});

/** Points the kit's colours at our tokens, so that there is one palette. */
export const kitVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-soft)',
    '--mantine-color-placeholder': 'var(--text-faint)',
    '--mantine-color-anchor': 'var(--accent-text)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--border-strong)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-gray-light-color': 'var(--text)',
  };
  return { variables: {}, light: shared, dark: shared };
};
