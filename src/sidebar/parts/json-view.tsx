interface JsonViewProps {
  readonly title: string;
  readonly text: string;
}

/** JSON text for reading. */
export function JsonView({ title, text }: JsonViewProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>{text}</pre>
    </figure>
  );
}
