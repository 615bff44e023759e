using Vigil.CyberTip;
using static Vigil.Server.Features.Reporting.Drafting.Relevance;
using static Vigil.Server.Features.Reporting.Drafting.Requirement;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Of whom the report is about. Not asked where nobody is a suspect.</summary>
internal static class PersonRequirements
{
    private const string Path = "personOrUserReported";

    public static IEnumerable<Requirement> Of(ReportDraft draft)
    {
        var user = draft.Tip.Report.PersonOrUserReported is [var first, ..]
            ? first
            : new PersonOrUserReported();
        var person = user.PersonOrUserReportedPerson ?? new Person();
        var seen = user
            .IpCaptureEvent.Concat(
                draft.Tip.FileDetails.Select(file => file.IpCaptureEvent).OfType<IpCaptureEvent>()
            )
            .ToList();
        yield return new(
            $"{Path}.espIdentifier",
            "Who: the account's identifier, screen name or profile",
            Platform,
            15,
            Core,
            user.EspIdentifier is not null || user.ScreenName is not null || user.ProfileUrl.Count > 0
        );
        yield return new(
            $"{Path}.ipCaptureEvent",
            "A way to the person: an internet address with its time, an e-mail address or a telephone number",
            Platform,
            15,
            Core,
            seen.Any(ip => ip.DateTime is not null) || person.Email.Count > 0 || person.Phone.Count > 0
        );
        foreach (var (path, what, weight, isThere) in Helping(user, person, seen))
        {
            yield return new($"{Path}.{path}", what, Platform, weight, Helpful, isThere);
        }
    }

    private static IEnumerable<(string Path, string What, int Weight, bool IsThere)> Helping(
        PersonOrUserReported user,
        Person person,
        IReadOnlyList<IpCaptureEvent> seen
    ) =>
        [
            (
                "ipCaptureEvent.port",
                "The port, needed where many share an address",
                2,
                seen.Any(ip => ip.Port is not null)
            ),
            (
                "personOrUserReportedPerson.email",
                "An e-mail address, and whether it is verified",
                3,
                person.Email.Any(email => email.Verified is not null)
            ),
            ("personOrUserReportedPerson.phone", "A telephone number", 2, person.Phone.Count > 0),
            (
                "personOrUserReportedPerson.lastName",
                "A name",
                2,
                person.FirstName is not null || person.LastName is not null
            ),
            (
                "personOrUserReportedPerson.dateOfBirth",
                "Age or date of birth",
                2,
                person.DateOfBirth is not null || person.Age is not null
            ),
            (
                "screenName",
                "The name that others see",
                2,
                user.ScreenName is not null || user.DisplayName.Count > 0
            ),
            ("deviceId", "A device", 2, user.DeviceId.Count > 0),
            ("estimatedLocation", "Where the person probably is", 2, user.EstimatedLocation is not null),
            (
                "accountTemporarilyDisabled",
                "Whether the account is closed",
                1,
                user.AccountTemporarilyDisabled is not null || user.AccountPermanentlyDisabled is not null
            ),
        ];
}
