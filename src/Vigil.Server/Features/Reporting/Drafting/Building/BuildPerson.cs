using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Whom the report is about: the account of the case with all that the platform told of it.</summary>
internal static class BuildPerson
{
    private const int IdentifierCharacters = 255;
    private const int ServiceCharacters = 100;

    /// <summary>Null: nobody is known. Never asked where nobody is a suspect.</summary>
    public static PersonOrUserReported? From(DraftSources from)
    {
        var account = BuildIncident.AddressOf(from.Case.Account) is null ? from.Case.Account : null;
        if (from.Subject.Person is null && account is null)
        {
            return null;
        }
        var person = from.Subject.Person ?? new PersonOrUserReported();
        var identifier = person.EspIdentifier ?? (account?.Length <= IdentifierCharacters ? account : null);
        var service = from.Organisation.ServiceName;
        return Disabled(
            person with
            {
                EspIdentifier = identifier,
                EspService = person.EspService ?? (service?.Length <= ServiceCharacters ? service : null),
                PriorCtReports = [.. person.PriorCtReports.Concat(PriorOf(from)).Distinct()],
                AdditionalInfo =
                    identifier is null && account is not null
                        ? $"{person.AdditionalInfo}\nAccount: {account}".Trim()
                        : person.AdditionalInfo,
            },
            from
        );
    }

    /// <summary>Numbers of this recipient only; others' are words.</summary>
    public static IEnumerable<long> PriorOf(DraftSources from) =>
        from
            .Earlier.Select(report => long.TryParse(report.Number, out var number) ? number : 0)
            .Where(number => number > 0);

    /// <summary>What was done here, unless the platform told of it itself. No end of it is known.</summary>
    private static PersonOrUserReported Disabled(PersonOrUserReported person, DraftSources from)
    {
        var action = from.Case.Actions.FirstOrDefault(action => action.Action == "account_suspended");
        if (
            action is null
            || person.AccountTemporarilyDisabled is not null
            || person.AccountPermanentlyDisabled is not null
        )
        {
            return person;
        }
        return person with
        {
            AccountTemporarilyDisabled = new AccountTemporarilyDisabled
            {
                Disabled = action.ReversedAt is null,
                DisabledDate = action.At,
                UserNotified = action.UserToldAt is not null,
                UserNotifiedDate = action.UserToldAt,
                ReenabledDate = action.ReversedAt > action.At ? action.ReversedAt : null,
            },
        };
    }
}
