/** Indexes of lines, growing: a million of them as objects of JavaScript's own would take longer than finding them. */
export class Hits {
  private indexes = new Float64Array(1024);
  count = 0;

  /** The index at place `at`, which must be one. */
  at(at: number): number {
    return this.indexes[at] as number;
  }

  push(index: number): void {
    if (this.count === this.indexes.length) this.growTo(this.count + 1);
    this.indexes[this.count] = index;
    this.count += 1;
  }

  /** Adds all of a list, in its order. */
  append(list: ArrayLike<number>): void {
    this.growTo(this.count + list.length);
    this.indexes.set(list, this.count);
    this.count += list.length;
  }

  /** Adds all of a list, the last one first. */
  appendReversed(list: ArrayLike<number>): void {
    const from = this.count;
    this.append(list);
    this.indexes.subarray(from, this.count).reverse();
  }

  /** Takes the last one away. */
  pop(): void {
    this.count -= 1;
  }

  /** All of them, as a copy. */
  all(): Float64Array {
    return this.indexes.slice(0, this.count);
  }

  private growTo(count: number): void {
    if (count <= this.indexes.length) return;
    const grown = new Float64Array(Math.max(count, this.indexes.length * 2));
    grown.set(this.indexes.subarray(0, this.count));
    this.indexes = grown;
  }
}
