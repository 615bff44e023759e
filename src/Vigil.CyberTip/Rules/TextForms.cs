using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Vigil.CyberTip.Rules;

/// <summary>What texts must look like.</summary>
internal static class TextForms
{
    /// <summary>The service's list: states, and DC, GU, PR, VI. The empty text is in it too.</summary>
    private static readonly FrozenSet<string> States = Words(
        """
        AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY
        OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY
        """
    );

    /// <summary>The service's list: ISO 3166-1, A1 A2 O1 AP EU FX AN of an address database, the empty text.</summary>
    private static readonly FrozenSet<string> Countries = Words(
        """
        A1 A2 O1 AD AE AF AG AI AL AM AN AO AP AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
        BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CX CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET
        EU FI FJ FK FM FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM
        IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF
        MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK
        PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD
        TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
        """
    );

    public static bool IsUsState(string text) => States.Contains(text);

    public static bool IsCountry(string text) => Countries.Contains(text);

    public static bool IsUrl(string text) =>
        text.Contains("://", StringComparison.Ordinal)
        && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Host.Length > 0;

    /// <summary>One at sign, something short before it, a name with a dot behind it, no blanks.</summary>
    public static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        return at is > 0 and <= 64 && IsLocalPart(text[..at]) && IsDomain(text[(at + 1)..]);
    }

    public static bool IsIpAddress(string text)
    {
        if (text.AsSpan().IndexOfAny(['%', '[', ']', '/']) >= 0 || !IPAddress.TryParse(text, out var address))
        {
            return false;
        }
        // The parser also takes 1, 1.2 and 0x7f.1 for IPv4.
        return address.AddressFamily == AddressFamily.InterNetworkV6
            || text.Split('.') is { Length: 4 } parts
                && parts.All(part => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit))
                && address.ToString() == string.Join('.', parts.Select(int.Parse));
    }

    public static bool IsCallingCode(string text) =>
        text.Length is >= 2 and <= 4 && text[0] == '+' && text.Skip(1).All(char.IsAsciiDigit);

    private static bool IsLocalPart(string text) =>
        text[0] != '.'
        && text[^1] != '.'
        && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => (char.IsLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".Contains(c)));

    private static bool IsDomain(string text) =>
        text.Split('.') is { Length: > 1 } labels
        && labels.All(label =>
            label.Length is > 0 and <= 63
            && label[0] != '-'
            && label[^1] != '-'
            && label.All(c => char.IsLetterOrDigit(c) || c == '-')
        );

    private static FrozenSet<string> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Append("").ToFrozenSet();
}
