using System.Globalization;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// Strings and flat objects as RFC 8785 writes them: nothing is escaped that need not be. The framework's own
/// writer escapes more and may change its mind.
/// </summary>
internal static class CanonicalJson
{
    public static string String(string text)
    {
        var json = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\b' => json.Append(@"\b"),
                '\t' => json.Append(@"\t"),
                '\n' => json.Append(@"\n"),
                '\f' => json.Append(@"\f"),
                '\r' => json.Append(@"\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }
        return json.Append('"').ToString();
    }

    /// <summary>Members in order of their UTF-16 code units.</summary>
    public static string Object(IReadOnlyDictionary<string, string> members) =>
        "{"
        + string.Join(
            ',',
            members
                .OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => $"{String(member.Key)}:{String(member.Value)}")
        )
        + "}";
}
