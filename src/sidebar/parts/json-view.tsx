interface JsonViewProps {
  readonly title: string;
  /** JSON text, indented for reading. */
  readonly text: string;
}

/** A piece of JSON under its title. */
export function JsonView({ title, text }: JsonViewProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>{text}</pre>
    </figure>
  );
}
