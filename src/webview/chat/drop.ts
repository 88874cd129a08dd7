import { useEffect, useRef, useState } from 'preact/hooks';
import { acceptsDrop, droppedUris } from './dropped.ts';

/** Lets files be dropped anywhere on the page; says whether some are held over it. */
export function useDrop(onDrop: (uris: readonly string[]) => void): boolean {
  const [over, setOver] = useState(false);
  const dropped = useRef(onDrop);
  dropped.current = onDrop;
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (event.dataTransfer === null || !acceptsDrop(event.dataTransfer.types)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const uris = droppedUris((format) => event.dataTransfer?.getData(format) ?? '');
      if (uris.length === 0) return;
      event.preventDefault();
      dropped.current(uris);
    };
    document.addEventListener('dragenter', drag);
    document.addEventListener('dragover', drag);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragenter', drag);
      document.removeEventListener('dragover', drag);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return over;
}
