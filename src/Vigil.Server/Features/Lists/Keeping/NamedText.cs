using System.Text;
using System.Text.RegularExpressions;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Keeping;

/// <summary>Texts from outside that are stored and shown: names, references, terms, reasons.</summary>
internal static partial class NamedText
{
    private const int ShownBytes = 12;

    /// <summary>
    /// The text itself; where it holds what looks like a hash, a keyed digest in its stead, which is the same
    /// for the same text. Some sources number their entries by their hashes.
    /// </summary>
    public static string Protect(TenantSecrets secrets, string text)
    {
        if (!HoldsHash(text))
        {
            return text;
        }
        var digest = secrets.Digest("list text").Of(Encoding.UTF8.GetBytes(text));
        return $"digest:{Convert.ToHexStringLower(digest[..ShownBytes])}";
    }

    public static bool HoldsHash(string text) => text.Length >= 32 && HashLike().IsMatch(text);

    /// <summary>A text of one line that holds no hash.</summary>
    /// <exception cref="ProblemException">Too long, empty where it must not be, or with unseen characters.</exception>
    public static string Checked(string? text, string field, int maxCharacters, bool mayBeEmpty = true)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length == 0 && !mayBeEmpty)
        {
            throw ProblemException.BadRequest($"{Snake(field)}_required", $"Say '{field}'.");
        }
        if (
            trimmed.Length > maxCharacters
            || trimmed.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')
        )
        {
            throw ProblemException.BadRequest(
                $"bad_{Snake(field)}",
                $"'{field}' has at most {maxCharacters} characters and no line ends."
            );
        }
        if (HoldsHash(trimmed))
        {
            throw ProblemException.BadRequest(
                "hash_in_text",
                $"'{field}' holds what looks like a hash value. Hash values are secrets: leave it out."
            );
        }
        return trimmed;
    }

    /// <summary>Why a privileged act is done; it stands in the ledger.</summary>
    public static string Reason(string? text) =>
        Checked(text, "reason", ListsLimits.MaxReasonCharacters, mayBeEmpty: false);

    private static string Snake(string field) =>
        string.Concat(
            field.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}")
        );

    [GeneratedRegex("[0-9a-fA-F]{32}", RegexOptions.NonBacktracking)]
    private static partial Regex HashLike();
}
