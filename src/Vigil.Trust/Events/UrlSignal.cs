using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// One address written in one way only, so that equal addresses are found again: scheme and host in lower case,
/// international names in ASCII, no default port, no dot segments, escapes in one form, no fragment. Query
/// parameters stay as they are. Nothing is ever fetched. Written by hand: <see cref="Uri"/> reads
/// <c>http://0177.0.0.1</c> as another host than it says, unescapes some bytes and keeps others.
/// </summary>
public sealed class UrlSignal
{
    /// <summary>Longest address that is read; browsers stop far below.</summary>
    public const int MaxCharacters = 8192;

    private const int MaxHostCharacters = 253;
    private const int MaxLabelCharacters = 63;
    private const int MaxLabels = 127;

    /// <summary>Bytes that need no escape anywhere (RFC 3986, 2.3).</summary>
    private static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    );

    /// <summary>Characters that stand for themselves in a path or query (RFC 3986, 2.2).</summary>
    private static readonly SearchValues<char> Reserved = SearchValues.Create("!$&'()*+,;=:@/?[]|");

    private UrlSignal(string url, string host, bool isAddress)
    {
        Url = url;
        Host = host;
        Domains = isAddress ? [host] : [.. Parents(host)];
    }

    /// <summary>The whole address in its one form.</summary>
    public string Url { get; }

    /// <summary>Host name or IP address in its one form.</summary>
    public string Host { get; }

    /// <summary>The host and each domain above it, the longest first: an entry of any of these matches.</summary>
    public IReadOnlyList<string> Domains { get; }

    /// <summary>Reads an address of http or https. A text without scheme is read as http.</summary>
    public static bool TryParse(string? text, out UrlSignal? signal)
    {
        signal = null;
        if (text is null || text.Length > MaxCharacters)
        {
            return false;
        }
        // As browsers do: white space around it and line ends and tabs within do not count.
        var rest = text.Trim().Replace("\t", "", StringComparison.Ordinal);
        rest = rest.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        rest = rest.Replace('\\', '/');
        var fragment = rest.IndexOf('#', StringComparison.Ordinal);
        rest = fragment < 0 ? rest : rest[..fragment];
        if (!TrySplitScheme(ref rest, out var scheme))
        {
            return false;
        }
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        var tail = end < 0 ? "" : rest[end..];
        // Who signs in is no part of what is addressed.
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (
            !TrySplitPort(ref authority, out var port) || !TryHost(authority, out var host, out var isAddress)
        )
        {
            return false;
        }
        var question = tail.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? tail : tail[..question];
        var query = question < 0 ? "" : Escaped(tail[question..]);
        var defaultPort = scheme == "https" ? 443 : 80;
        var shownPort =
            port is null || port == defaultPort
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $":{port}");
        signal = new UrlSignal(
            $"{scheme}://{host}{shownPort}{NoDots(Escaped(path))}{query}",
            host,
            isAddress
        );
        return true;
    }

    /// <summary>Reads a host name of a domain entry, without scheme, port or path; "*." before it is dropped.</summary>
    public static bool TryParseDomain(string? text, out string domain)
    {
        domain = "";
        var name = text?.Trim() ?? "";
        name = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        if (!TryHost(name, out var host, out _))
        {
            return false;
        }
        domain = host;
        return true;
    }

    /// <summary>An address is a secret as much as a hash.</summary>
    public override string ToString() => "URL";

    private static bool TrySplitScheme(ref string rest, out string scheme)
    {
        var colon = rest.IndexOf("://", StringComparison.Ordinal);
        var question = rest.AsSpan().IndexOfAny('/', '?');
        if (colon < 0 || (question >= 0 && question < colon))
        {
            scheme = "http";
            return rest.Length > 0;
        }
        scheme = rest[..colon].ToLowerInvariant();
        rest = rest[(colon + 3)..].TrimStart('/');
        return scheme is "http" or "https";
    }

    private static bool TrySplitPort(ref string authority, out int? port)
    {
        port = null;
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || colon < authority.LastIndexOf(']'))
        {
            return true;
        }
        var digits = authority[(colon + 1)..];
        authority = authority[..colon];
        if (digits.Length == 0)
        {
            return true;
        }
        if (
            !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > ushort.MaxValue
        )
        {
            return false;
        }
        port = number;
        return true;
    }

    private static bool TryHost(string text, out string host, out bool isAddress)
    {
        host = "";
        isAddress = true;
        if (text.StartsWith('[') && text.EndsWith(']'))
        {
            if (
                !IPAddress.TryParse(text[1..^1], out var address)
                || address.AddressFamily != AddressFamily.InterNetworkV6
                || text.Contains('%', StringComparison.Ordinal)
            )
            {
                return false;
            }
            host = $"[{address}]";
            return true;
        }
        isAddress = false;
        if (!TryAsciiName(text, out var name))
        {
            return false;
        }
        var labels = name.Split('.');
        if (IsNumber(labels[^1]))
        {
            // As browsers read it (WHATWG URL, "ends in a number"): an address or nothing, never a name.
            isAddress = true;
            return TryIPv4(labels, out host);
        }
        host = name;
        return true;
    }

    private static bool TryAsciiName(string text, out string name)
    {
        name = "";
        var plain = text;
        if (plain.Contains('%', StringComparison.Ordinal))
        {
            plain = Uri.UnescapeDataString(plain);
        }
        plain = plain.Replace('\u3002', '.').Replace('\uFF0E', '.').Replace('\uFF61', '.');
        plain = plain.EndsWith('.') ? plain[..^1] : plain;
        if (plain.Length == 0 || plain.Length > MaxHostCharacters)
        {
            return false;
        }
        if (!Ascii.IsValid(plain))
        {
            try
            {
                plain = new IdnMapping { AllowUnassigned = true }.GetAscii(plain);
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
        plain = plain.ToLowerInvariant();
        var labels = plain.Split('.');
        name = plain;
        return plain.Length <= MaxHostCharacters
            && labels.Length <= MaxLabels
            && Array.TrueForAll(labels, IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelCharacters
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.Ordinal) && label[2..].All(char.IsAsciiHexDigit));

    /// <summary>One to four numbers, each decimal, octal or hexadecimal, the last filling what is left.</summary>
    private static bool TryIPv4(string[] labels, out string host)
    {
        host = "";
        if (labels.Length > 4)
        {
            return false;
        }
        ulong address = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var isLast = i == labels.Length - 1;
            var limit = isLast ? 1UL << (8 * (5 - labels.Length)) : 256UL;
            if (!TryNumber(labels[i], out var number) || number >= limit)
            {
                return false;
            }
            address |= isLast ? number : number << (8 * (3 - i));
        }
        host = string.Create(
            CultureInfo.InvariantCulture,
            $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}"
        );
        return true;
    }

    private static bool TryNumber(string label, out ulong number)
    {
        if (label.StartsWith("0x", StringComparison.Ordinal))
        {
            var hex = label[2..];
            number = 0;
            return hex.Length == 0
                || ulong.TryParse(
                    hex,
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out number
                );
        }
        if (label.Length > 1 && label[0] == '0')
        {
            number = 0;
            foreach (var digit in label)
            {
                if (digit is < '0' or > '7' || number > uint.MaxValue)
                {
                    return false;
                }
                number = (number * 8) + (ulong)(digit - '0');
            }
            return true;
        }
        return ulong.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>
    /// Escapes in one form: what needs none has none, hexadecimal digits are upper case, all else is UTF-8.
    /// </summary>
    private static string Escaped(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (
                text[i] == '%'
                && i + 2 < text.Length
                && char.IsAsciiHexDigit(text[i + 1])
                && char.IsAsciiHexDigit(text[i + 2])
            )
            {
                var value = (char)Convert.ToByte(text.Substring(i + 1, 2), 16);
                _ = Unreserved.Contains(value) ? result.Append(value) : Percent(result, (byte)value);
                i += 2;
            }
            else if (Unreserved.Contains(text[i]) || Reserved.Contains(text[i]))
            {
                result.Append(text[i]);
            }
            else
            {
                var isPair =
                    char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                foreach (var octet in Encoding.UTF8.GetBytes(text.Substring(i, isPair ? 2 : 1)))
                {
                    Percent(result, octet);
                }
                i += isPair ? 1 : 0;
            }
        }
        return result.ToString();
    }

    private static StringBuilder Percent(StringBuilder result, byte value) =>
        result.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));

    /// <summary>RFC 3986, 5.2.4; the path begins with a slash, always.</summary>
    private static string NoDots(string path)
    {
        var kept = new List<string>();
        var segments = path.Split('/').Skip(1).ToArray();
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] is ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
            }
            else if (isLast)
            {
                kept.Add("");
            }
        }
        return "/" + string.Join('/', kept);
    }

    private static IEnumerable<string> Parents(string host)
    {
        for (var rest = host; ; )
        {
            yield return rest;
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                yield break;
            }
            rest = rest[(dot + 1)..];
        }
    }
}
