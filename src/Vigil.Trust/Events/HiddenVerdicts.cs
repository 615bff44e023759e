namespace Vigil.Trust;

/// <summary>
/// Question, asked by whatever shows something of a case and answered by the cases: of which of these is the reader
/// still to judge something alone, so that no verdict of theirs, nor what follows from one, is told to them? The reader
/// is the actor; of a program, which may read for anybody, whoever may be. Answer: <see cref="HiddenVerdicts"/>. Nobody
/// answers it: of none.
/// </summary>
/// <param name="Cases">References.</param>
public sealed record HiddenVerdictsWanted(IReadOnlyCollection<string> Cases);

/// <param name="Why">What is hidden of a case, and until when, in a sentence for the reader; by reference.</param>
public sealed record HiddenVerdicts(IReadOnlyDictionary<string, string> Why)
{
    public static readonly HiddenVerdicts None = new(new Dictionary<string, string>());

    /// <param name="caseRef">Null: of no case.</param>
    public bool Hides(string? caseRef) => caseRef is not null && Why.ContainsKey(caseRef);

    /// <summary>Asks for the reader of this transaction.</summary>
    /// <param name="tx">Of the read.</param>
    /// <param name="cases">References; null and one that was named before are passed over.</param>
    public static async Task<HiddenVerdicts> ReadAsync(Tx tx, IEnumerable<string?> cases)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(cases);
        var wanted = cases.OfType<string>().ToHashSet(StringComparer.Ordinal);
        return wanted.Count == 0 || !tx.IsAnswered<HiddenVerdictsWanted>()
            ? None
            : await tx.AskAsync<HiddenVerdictsWanted, HiddenVerdicts>(new HiddenVerdictsWanted(wanted));
    }
}
