using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>
/// People's own words go into the ledger, which holds no personal data: what names the account or a content of the case
/// that they are about is refused. Other names nobody can find here; the forms ask for none.
/// </summary>
internal static class NamesNobody
{
    /// <summary>Shorter ones stand in ordinary words.</summary>
    private const int LeastCharacters = 3;

    /// <param name="names">Accounts and references of contents; null ones are none.</param>
    /// <param name="texts">As they would stand in the ledger; null: nothing was said.</param>
    /// <exception cref="ProblemException">One of the texts names one of them.</exception>
    public static void Require(IEnumerable<string?> names, params IReadOnlyList<string?> texts)
    {
        if (
            names.Any(name =>
                name is { Length: >= LeastCharacters }
                && texts.Any(text => text?.Contains(name, StringComparison.OrdinalIgnoreCase) == true)
            )
        )
        {
            throw ProblemException.BadRequest(
                "reason_names_somebody",
                "The reason stands in the ledger, which names no account and no content: say why without them."
            );
        }
    }

    /// <summary>The same for what is said about a case; nothing is asked where nobody answers for cases.</summary>
    /// <param name="caseRef">Null: it is about no case.</param>
    public static async Task RequireAsync(Tx tx, string? caseRef, params IReadOnlyList<string?> texts)
    {
        if (caseRef is not null && tx.IsAnswered<CaseNamesWanted>())
        {
            var names = await tx.AskAsync<CaseNamesWanted, CaseNames>(new(new CaseRef(caseRef)));
            Require(names.Names, texts);
        }
    }
}
