namespace Vigil.CyberTip.Rules;

/// <summary>Rules between the members of one part.</summary>
internal static class PartRules
{
    public static IEnumerable<Finding> Of(object part, string path) =>
        part switch
        {
            Report report => OfReport(report, path),
            Reporter reporter => OfReporter(reporter, path),
            Phone phone => OfPhone(phone, path),
            Email email => OfVerified(email.Verified, email.VerificationDate, path),
            EstimatedLocation location => OfLocation(location, path),
            AccountTemporarilyDisabled account => OfTemporary(account, path),
            AccountPermanentlyDisabled account => OfDates(
                account.DisabledDate,
                account.UserNotifiedDate,
                path
            ),
            AssociatedAccount { ApproximateAge: not null, DateOfBirth: not null } =>
            [
                new(
                    $"{path}/approximateAge",
                    Rule.AgeOrBirth,
                    "Give the age or the date of birth, not both."
                ),
            ],
            FileDetails details => OfFile(details, path),
            _ => [],
        };

    private static IEnumerable<Finding> OfReport(Report report, string path)
    {
        if (report.BatchedReport is not null)
        {
            return BatchRules.Of(report, path);
        }
        return report.PersonOrUserReported.Count > 1
            ?
            [
                .. EmailRules.Of(report, path),
                new(
                    $"{path}/personOrUserReported[2]",
                    Rule.OnePerson,
                    "A report has one reported person: file a report for each, or name others as associated accounts."
                ),
            ]
            : EmailRules.Of(report, path);
    }

    private static IEnumerable<Finding> OfReporter(Reporter reporter, string path)
    {
        if (reporter.ReportingPerson is { Email.Count: 0 })
        {
            yield return new(
                $"{path}/reportingPerson/email",
                Rule.ReporterEmail,
                "The reporter needs an e-mail address: the organisation's contact, not the reviewer's."
            );
        }
    }

    private static IEnumerable<Finding> OfPhone(Phone phone, string path)
    {
        foreach (var finding in OfVerified(phone.Verified, phone.VerificationDate, path))
        {
            yield return finding;
        }
        if (
            phone.CountryCallingCode is { Length: > 1 } code
            && phone.Number is { } number
            && number.TrimStart().StartsWith(code, StringComparison.Ordinal)
        )
        {
            yield return new(
                path,
                Rule.CallingCodeRepeated,
                "Begins with the calling code: give it once only."
            );
        }
    }

    private static IEnumerable<Finding> OfVerified(bool? verified, DateTimeOffset? date, string path)
    {
        if (date is not null && verified is not true)
        {
            yield return new(
                $"{path}/@verified",
                Rule.Verified,
                "Must be true where a date of verification is given."
            );
        }
    }

    private static IEnumerable<Finding> OfLocation(EstimatedLocation location, string path)
    {
        if (string.IsNullOrWhiteSpace(location.CountryCode))
        {
            yield return new($"{path}/countryCode", Rule.LocationCountry, "A place needs its country.");
        }
        if (location.CountryCode != "US")
        {
            yield break;
        }
        var isBlank = string.IsNullOrWhiteSpace(location.Region);
        if (isBlank ? !string.IsNullOrWhiteSpace(location.City) : !TextForms.IsUsState(location.Region!))
        {
            yield return new(
                $"{path}/region",
                Rule.LocationRegion,
                "In the US this must be the two letters of the state, and is needed with a city."
            );
        }
    }

    private static IEnumerable<Finding> OfTemporary(AccountTemporarilyDisabled account, string path)
    {
        foreach (var finding in OfDates(account.DisabledDate, account.UserNotifiedDate, path))
        {
            yield return finding;
        }
        if (account.ReenabledDate <= account.DisabledDate)
        {
            yield return new(
                $"{path}/@reenabledDate",
                Rule.ReenabledDate,
                "Must be after the time at which the account was closed."
            );
        }
    }

    private static IEnumerable<Finding> OfDates(
        DateTimeOffset? disabled,
        DateTimeOffset? notified,
        string path
    )
    {
        if (notified < disabled)
        {
            yield return new(
                $"{path}/@userNotifiedDate",
                Rule.NotifiedDate,
                "Must not be before the time at which the account was closed."
            );
        }
    }

    private static IEnumerable<Finding> OfFile(FileDetails details, string path)
    {
        if (details.ExifViewedByEsp is true && details.FileViewedByEsp is not true)
        {
            yield return new(
                $"{path}/fileViewedByEsp",
                Rule.ExifViewed,
                "Must be true where the metadata was viewed: else say that neither was."
            );
        }
        if (details is { PotentialMeme: not null, FileAnnotations: not null })
        {
            yield return new(
                $"{path}/potentialMeme",
                Rule.Choice,
                "Not together with fileAnnotations: say it there."
            );
        }
        if (details.FileRelevance is FileRelevance.SupplementalReported)
        {
            if (details.PotentialMeme is not null)
            {
                yield return NotForContext($"{path}/potentialMeme");
            }
            if (details.FileAnnotations is { PotentialMeme: true })
            {
                yield return NotForContext($"{path}/fileAnnotations/potentialMeme");
            }
            if (details.IndustryClassification is not null)
            {
                yield return NotForContext($"{path}/industryClassification");
            }
        }
    }

    private static Finding NotForContext(string path) =>
        new(
            path,
            Rule.Supplemental,
            "Not for a supplemental file: remove it, or report the file as material."
        );
}
