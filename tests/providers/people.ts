/** A person whom a fake provider knows. */
export interface FakePerson {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly title: string;
  readonly company: string;
}

/** So many people, the same ones each time. */
export function fakePeople(count: number): FakePerson[] {
  const firstNames = ["Ada", "Grace", "Hedy", "Mary", "Radia"];
  const lastNames = ["Byron", "Hopper", "Lamarr", "Jackson", "Perlman", "Curie", "Noether"];
  const titles = ["Head of Marketing", "CEO", "Engineer"];
  return Array.from({ length: count }, (_, n) => {
    const firstName = firstNames[n % firstNames.length] ?? "Ada";
    const lastName = lastNames[n % lastNames.length] ?? "Byron";
    return {
      id: String(1_000_000 + n),
      firstName,
      lastName,
      email: `${firstName}.${lastName}.${n}@example.com`.toLowerCase(),
      phone: `+351 21 ${String(1_000_000 + n)}`,
      title: titles[n % titles.length] ?? "CEO",
      company: `Company ${n % 10}`,
    };
  });
}
