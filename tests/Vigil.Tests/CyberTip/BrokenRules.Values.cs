using Vigil.CyberTip;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

/// <summary>Rules of single values.</summary>
internal static partial class BrokenRules
{
    private static IEnumerable<Case> OfValues()
    {
        yield return Summary(
            Rule.Length,
            "platform",
            s => s with { Platform = new string('a', 257) },
            s => s with { Platform = new string('a', 256) }
        );
        yield return Summary(
            Rule.Blank,
            "escalateToHighPriority",
            s => s with { EscalateToHighPriority = " " },
            s => s with { EscalateToHighPriority = "SAMPLE" }
        );
        yield return Summary(
            Rule.Characters,
            "platform",
            s => s with { Platform = "a\u0001" },
            s => s with { Platform = "a\n\t😀" }
        );
        yield return Summary(Rule.Characters, "platform", s => s with { Platform = "\ud83d" }, s => s);
        yield return Summary(
            Rule.Past,
            "incidentDateTime",
            s => s with { IncidentDateTime = Future },
            s => s with { IncidentDateTime = Now }
        );
        yield return Summary(
            Rule.Version,
            "reportAnnotations/informational",
            s => s with { ReportAnnotations = new() { Informational = true } },
            s => s with { ReportAnnotations = new() { Spam = true } }
        );
        yield return Summary(
            Rule.Value,
            "incidentType",
            s => s with { IncidentType = (IncidentType)99 },
            s => s
        );
        yield return Reported(
            Rule.Range,
            "personOrUserReportedPerson/age",
            p => p with { PersonOrUserReportedPerson = new() { Age = 151 } },
            p => p with { PersonOrUserReportedPerson = new() { Age = 150 } }
        );
        yield return Reported(
            Rule.Range,
            "ipCaptureEvent[1]/port",
            p => p with { IpCaptureEvent = [new() { IpAddress = "::1", Port = 0 }] },
            p => p with { IpCaptureEvent = [new() { IpAddress = "::1", Port = 65535 }] }
        );
        yield return Reported(
            Rule.Past,
            "personOrUserReportedPerson/dateOfBirth",
            p => p with { PersonOrUserReportedPerson = new() { DateOfBirth = new(2026, 5, 2) } },
            p => p with { PersonOrUserReportedPerson = new() { DateOfBirth = new(2010, 5, 2) } }
        );
        foreach (
            var url in new[]
            {
                "example.com",
                "/a",
                "https://",
                "https://a b.example",
                "https://a.example/\u0085",
            }
        )
        {
            yield return Reported(
                Rule.Url,
                "profileUrl[2]",
                p => p with { ProfileUrl = ["https://a.example", url] },
                p => p with { ProfileUrl = ["https://a.example/ü?x=1#y"] }
            );
        }
        foreach (
            var mail in new[]
            {
                "a",
                "@b.example",
                "a@b",
                "a b@c.example",
                "a@b..example",
                ".a@b.example",
                "a@-b.example",
                new string('a', 65) + "@b.example",
            }
        )
        {
            yield return Reported(
                Rule.Email,
                "personOrUserReportedPerson/email[1]",
                p => p with { PersonOrUserReportedPerson = new() { Email = [Mail(mail)] } },
                p => p with { PersonOrUserReportedPerson = new() { Email = [Mail("a.b+c@d-e.example")] } }
            );
        }
        foreach (
            var ip in new[] { "1", "1.2.3", "1.2.3.256", "0x7f.0.0.1", "[::1]", "fe80::1%2", "1.2.3.4:80" }
        )
        {
            yield return Reported(
                Rule.IpAddress,
                "ipCaptureEvent[1]/ipAddress",
                p => p with { IpCaptureEvent = [new() { IpAddress = ip }] },
                p =>
                    p with
                    {
                        IpCaptureEvent =
                        [
                            new() { IpAddress = "192.0.2.1" },
                            new() { IpAddress = "::ffff:192.0.2.1" },
                            new() { IpAddress = "2001:db8::1" },
                        ],
                    }
            );
        }
        yield return Reported(
            Rule.State,
            "personOrUserReportedPerson/address[1]/state",
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { State = "AS" }] } },
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { State = "PR" }] } }
        );
        yield return Reported(
            Rule.Country,
            "personOrUserReportedPerson/address[1]/country",
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { Country = "us" }] } },
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { Country = "XK" }] } }
        );
        yield return OfPhone(
            Rule.CallingCode,
            "/@countryCallingCode",
            new() { Number = "555", CountryCallingCode = "1" },
            new() { Number = "555", CountryCallingCode = "+1" }
        );
        yield return OfPhone(
            Rule.Extension,
            "/@extension",
            new() { Number = "555", Extension = "x" },
            new() { Number = "555", Extension = "0123456789" }
        );
        yield return OfPhone(
            Rule.Length,
            "/@extension",
            new() { Number = "555", Extension = "01234567890" },
            new() { Number = "555" }
        );
        yield return Reported(
            Rule.ReportId,
            "priorCTReports[1]",
            p => p with { PriorCtReports = [0] },
            p => p with { PriorCtReports = [1] }
        );
        yield return Reported(
            Rule.Blank,
            "deviceId[1]/idType",
            p => p with { DeviceId = [new() { IdType = "", IdValue = "1" }] },
            p => p with { DeviceId = [new() { IdType = "SAMPLE", IdValue = "1" }] }
        );
    }
}
