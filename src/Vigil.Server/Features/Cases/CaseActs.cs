using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What all acts on a case share: finding it, a reason fit for the ledger.</summary>
internal static class CaseActs
{
    /// <summary>The case to be changed, held for this transaction.</summary>
    /// <exception cref="ProblemException">None: the same words for another's and for one that never was.</exception>
    public static async Task<CaseFile> RequireAsync(Tx tx, string reference) =>
        CaseRef.IsWellFormed(reference)
        && await CaseFile.FindAsync(tx, reference) is { } file
        && (file.GoldFor is null || file.GoldFor == tx.Actor.Name)
        && await tx.MaySeeCaseAsync(file.Ref)
            ? file
            : throw Unknown();

    /// <summary>As <see cref="RequireAsync(Tx, string)"/>, for an act that no other's work may cross.</summary>
    /// <exception cref="ProblemException">None; or somebody else works on it, or does by now.</exception>
    public static async Task<CaseFile> RequireAsync(Tx tx, string reference, long? lease)
    {
        var file = await RequireAsync(tx, reference);
        await CaseLease.CheckAsync(tx, file, lease);
        return file;
    }

    public static ProblemException Unknown() =>
        ProblemException.NotFound("There is no case of this reference.");

    /// <summary>A reason stands in the ledger, which names nobody.</summary>
    /// <exception cref="ProblemException">It names the account or content of the case.</exception>
    public static string ReasonFor(Tx tx, CaseFile file, IReadOnlyList<CaseItem> items, string? reason)
    {
        var text = CaseLimits.Required(reason, CaseLimits.ReasonCharacters, "reason");
        NamesNobody.Require(NamesOf(tx, file, items), text);
        return text;
    }

    /// <summary>What the ledger may not name: the account, and the platform's references of contents.</summary>
    public static IReadOnlyList<string> NamesOf(Tx tx, CaseFile file, IReadOnlyList<CaseItem> items) =>
        [
            .. items
                .Select(item => Sealed.Open(tx, item.ContentRef, item.Id))
                .Append(Sealed.Open(tx, file.Account, file.Id))
                .OfType<string>(),
        ];

    /// <summary>A person as an actor is named; with or without the mark of persons before the pseudonym.</summary>
    public static string PersonOf(string pseudonym) =>
        pseudonym.StartsWith("person:", StringComparison.Ordinal) ? pseudonym : $"person:{pseudonym}";

    public static LedgerAct Ledger(
        string action,
        CaseFile file,
        string reason,
        params (string, string)[] facts
    ) =>
        new(action, file.Ref)
        {
            Reason = reason,
            Facts = facts.ToDictionary(fact => fact.Item1, fact => fact.Item2, StringComparer.Ordinal),
        };
}
