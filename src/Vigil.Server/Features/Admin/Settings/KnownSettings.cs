using System.Globalization;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Admin.Settings;

/// <summary>A setting of the tenant as the settings page shows it.</summary>
/// <param name="Name">As it is kept and stands in the ledger.</param>
/// <param name="Title">For people.</param>
/// <param name="Help">What it does, and from when.</param>
/// <param name="Default">In force when nobody set it.</param>
internal sealed record KnownSetting(string Name, string Title, string Help, string Default)
{
    /// <summary>A closed choice; empty: a text or number.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>For numbers.</summary>
    public (int Min, int Max)? Range { get; init; }

    /// <summary>For texts: what a value looks like, as a pattern of HTML and of .NET.</summary>
    public Func<string, bool> IsText { get; init; } = _ => false;

    /// <summary>What somebody writes, and may name a person: the ledger has its keyed digest alone.</summary>
    public bool IsWritten { get; init; }

    /// <summary>For texts: characters. Longer ones than a line are written in several.</summary>
    public int Longest { get; init; } = Line;

    public const int Line = 100;

    /// <exception cref="ProblemException">Not a value of this setting; the text says what is.</exception>
    public string Check(string given)
    {
        var value = given.Trim();
        if (Choices.Count > 0)
        {
            return Choices.Contains(value, StringComparer.Ordinal)
                ? value
                : throw Refused($"one of {string.Join(", ", Choices)}");
        }
        if (Range is { } range)
        {
            return
                int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= range.Min
                && number <= range.Max
                ? number.ToString(CultureInfo.InvariantCulture)
                : throw Refused($"a number from {range.Min} to {range.Max}");
        }
        return value.Length <= Longest && IsText(value) ? value : throw Refused("as the page describes it");
    }

    private ProblemException Refused(string what) =>
        ProblemException.BadRequest("bad_setting", $"{Title} is {what}.");
}

/// <summary>The closed list. What a setting does stands with what reads it.</summary>
internal static class KnownSettings
{
    public static readonly IReadOnlyList<KnownSetting> All =
    [
        new(
            "scan.onFailure",
            "When content could not be looked up",
            "open: the answer lets it pass and says so; closed: it says to hold it back. The answer says which.",
            "closed"
        )
        {
            Choices = ["open", "closed"],
        },
        new(
            "scan.jurisdiction",
            "Jurisdiction of requests that name none",
            "Two letters of ISO 3166-1, as DE; empty: unknown, which is treated with care.",
            ""
        )
        {
            IsText = value => value.Length == 0 || (value.Length == 2 && value.All(char.IsAsciiLetterUpper)),
        },
        new(
            "reporting.establishment",
            "Country where the service is established",
            "Two letters of ISO 3166-1, as DE: whose duties to report hold. Empty: no real report leaves.",
            ""
        )
        {
            IsText = value => value.Length == 0 || (value.Length == 2 && value.All(char.IsAsciiLetterUpper)),
        },
        new(
            "session.hours",
            "Longest session, in hours",
            "1 to 24. For sessions that begin after the change.",
            Vigil.Trust.PeopleLimits.SessionHours.ToString(CultureInfo.InvariantCulture)
        )
        {
            Range = (1, 24),
        },
        new(
            "session.idleMinutes",
            "A session ends when unused for, in minutes",
            "5 to 60. For sessions that begin after the change.",
            Vigil.Trust.PeopleLimits.SessionIdleMinutes.ToString(CultureInfo.InvariantCulture)
        )
        {
            Range = (5, 60),
        },
        new(
            "contents.sealAtMatch",
            "The file of a match is sealed into its case",
            "on: before the answer is given, where profile and law permit; never for lists that name no suspect. "
                + "off: the platform brings it (POST /v1/cases/{ref}/contents). Two seconds after the change.",
            "off"
        )
        {
            Choices = ["on", "off"],
        },
        Number(
            "cases.undoSeconds",
            "A decision can be undone for, in seconds",
            "0: it is told at once.",
            30,
            300
        ),
        Number(
            "cases.auditPercent",
            "Of a hundred decisions made without a view, a second person looks at",
            "They are drawn. The list of them does not say what was decided; the case's page does.",
            5,
            100
        ),
        Number(
            "cases.auditDays",
            "Days in which a drawn decision waits for a second person, and the file of a finding of no CSAM is kept",
            "Until they answer, or this time is over: then it counts as unanswered. 0: such a file goes at once, and "
                + "other decisions wait for as long as until they are overdue.",
            14,
            90
        ),
        Number(
            "cases.purgeDays",
            "Days until what names a cleared person is removed",
            "From the decision that it is not CSAM; never while a hold keeps it.",
            30,
            3650
        ),
        Hours(
            "cases.untouchedHours",
            "A case that was given to somebody is called untouched after, in hours",
            "It is offered to nobody else: a number of the first page and an alarm say so.",
            24
        ),
        Hours(
            "cases.noticeHours",
            "A user who may be told of an action and is not: overdue after, in hours",
            "From when the place's rule or a delay permits it. A number of the first page, then an alarm.",
            72
        ),
        Hours(
            "cases.appealHours",
            "A user's appeal is overdue after, in hours",
            "A number of the first page, then an alarm.",
            168
        ),
        Hours(
            "cases.correctionHours",
            "A drafted correction is overdue after, in hours",
            "A number of the first page, then an alarm.",
            72
        ),
        Hours(
            "cases.opinionHours",
            "Another opinion that is wanted is overdue after, in hours",
            "A number of the first page, then an alarm.",
            48
        ),
        Hours(
            "cases.auditHours",
            "A drawn decision that a second person looks at is overdue after, in hours",
            "A number of the first page, then an alarm.",
            72
        ),
        new(
            "training.required",
            "Who reveals contents or files reports must be qualified",
            "By right answers to samples, or by a grant.",
            "on"
        )
        {
            Choices = ["on", "off"],
        },
        Number(
            "training.blindPercent",
            "Of a hundred cases taken from a queue, unannounced samples",
            "0: none; there are none as long as nobody made samples.",
            5,
            50
        ),
        new(
            "reports.second_person",
            "A second person approves reports",
            "never, production only, or always. The first production report takes two whatever stands here; high "
                + "priority waits for nobody after that.",
            "production"
        )
        {
            Choices = ["never", "production", "always"],
        },
        Number(
            "reports.undoSeconds",
            "A report's approval can be undone for, in seconds",
            "0: it leaves at once.",
            30,
            300
        ),
        Number(
            "reports.undoSecondsHighPriority",
            "The same in the high-priority lane",
            "0: it leaves at once.",
            0,
            300
        ),
        Number(
            "reports.goalHours",
            "Own goal: hours from a confirmation to a filed report",
            "After it an alarm says so; 0: at once.",
            24,
            720
        ),
        Number(
            "reports.deadlineHours",
            "Hours from a confirmation to a filed report, where no duty that applies names a time",
            "0: none. Alarms at four fifths of it and at its end.",
            0,
            8760
        ),
        new(
            "alarm.escalateMinutes",
            "An alarm goes to the next of the rota when nobody acknowledges it, in minutes",
            "5 to 120. For alarms that are urgent or page somebody.",
            Vigil.Trust.Rota.EscalateMinutes.ToString(CultureInfo.InvariantCulture)
        )
        {
            Range = (5, 120),
        },
        new(
            "session.stepUpMinutes",
            "A proof that it is you opens sensitive acts for, in minutes",
            "1 to 60. Revealing, filing, exporting, policy, settings, keys and people. In force within two seconds.",
            Vigil.Trust.PeopleLimits.StepUpMinutes.ToString(CultureInfo.InvariantCulture)
        )
        {
            Range = (1, 60),
        },
        .. ReportSettings.All,
    ];

    private static KnownSetting Number(string name, string title, string help, int byDefault, int most) =>
        new(name, title, $"0 to {most}. {help}", byDefault.ToString(CultureInfo.InvariantCulture))
        {
            Range = (0, most),
        };

    private static KnownSetting Hours(string name, string title, string help, int byDefault) =>
        new(name, title, $"1 to 8760. {help}", byDefault.ToString(CultureInfo.InvariantCulture))
        {
            Range = (1, 8760),
        };

    public static KnownSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);
}
