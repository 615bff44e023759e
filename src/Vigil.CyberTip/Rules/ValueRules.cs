using System.Xml;
using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip.Rules;

/// <summary>What one simple value must be.</summary>
internal static class ValueRules
{
    /// <summary>The first thing that is wrong; null: nothing.</summary>
    public static (Rule Rule, string Message)? Problem(
        WireAttribute wire,
        object value,
        DateTimeOffset now
    ) =>
        value switch
        {
            string text => OfText(wire, text),
            DateTimeOffset time when wire.Past && time > now => InFuture,
            DateOnly date when wire.Past && date > DateOnly.FromDateTime(now.UtcDateTime) => InFuture,
            int number => OfNumber(wire, number),
            double number => OfNumber(wire, number),
            long number when wire.Form == TextForm.ReportId && number <= 0 => (
                Rule.ReportId,
                "Must be the number of a report: above zero."
            ),
            Enum word when EnumWords.Of(word.GetType()).Word(word) is null => (
                Rule.Value,
                $"Must be one of: {string.Join("; ", EnumWords.Of(word.GetType()).Words)}."
            ),
            _ => null,
        };

    private static (Rule, string) InFuture =>
        (Rule.Past, "Lies in the future: correct it, or this machine's clock.");

    private static (Rule, string)? OfNumber(WireAttribute wire, double number) =>
        number >= wire.Min && number <= wire.Max
            ? null
            : (Rule.Range, $"Must be from {wire.Min} to {wire.Max}.");

    private static (Rule, string)? OfText(WireAttribute wire, string text)
    {
        if (!IsXml(text))
        {
            return (
                Rule.Characters,
                "Holds a control character or half a character, which XML cannot: remove it."
            );
        }
        if (wire.MaxLength > 0 && text.Length > wire.MaxLength)
        {
            return (Rule.Length, $"Has {text.Length} characters; at most {wire.MaxLength} are taken.");
        }
        if (wire.NotBlank && string.IsNullOrWhiteSpace(text))
        {
            return (Rule.Blank, "Is blank: fill it in, or leave it out.");
        }
        return wire.Form switch
        {
            TextForm.Url when !TextForms.IsUrl(text) => (
                Rule.Url,
                "Must be a whole URL with its scheme, such as https://example.com/a, without blanks."
            ),
            TextForm.Email when !TextForms.IsEmail(text) => (
                Rule.Email,
                "Must be an e-mail address; at most 64 characters before the at sign."
            ),
            TextForm.IpAddress when !TextForms.IsIpAddress(text) => (
                Rule.IpAddress,
                "Must be an IPv4 or IPv6 address, without port or brackets."
            ),
            TextForm.UsState when !TextForms.IsUsState(text) => (
                Rule.State,
                "Must be the two letters of a US state, DC, GU, PR or VI."
            ),
            TextForm.Country when !TextForms.IsCountry(text) => (
                Rule.Country,
                "Must be the two letters of a country (ISO 3166-1), in capitals."
            ),
            TextForm.CallingCode when !TextForms.IsCallingCode(text) => (
                Rule.CallingCode,
                "Must be plus and one to three digits, such as +1."
            ),
            TextForm.Digits when !(text.Length > 0 && text.All(char.IsAsciiDigit)) => (
                Rule.Extension,
                "Must be digits."
            ),
            _ => null,
        };
    }

    private static bool IsXml(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (XmlConvert.IsXmlChar(text[index]))
            {
                continue;
            }
            if (index + 1 >= text.Length || !XmlConvert.IsXmlSurrogatePair(text[index + 1], text[index]))
            {
                return false;
            }
            index++;
        }
        return true;
    }
}
