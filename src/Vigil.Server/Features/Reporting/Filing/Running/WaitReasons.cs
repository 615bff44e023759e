using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>Why a filing waits for a person, as it is kept and told.</summary>
internal static class WaitReasons
{
    public const string Unknown = "needs_human";
    public const string Credentials = "credentials";
    public const string Address = "address";
    public const string Files = "files";
    public const string Documents = "documents";
    public const string NoSender = "no_sender";
    public const string Schema = "schema";
    public const string OtherEnvironment = "other_environment";
    public const string OtherAddress = "other_address";
    public const string SecondPerson = "second_person";
    public const string Route = "route";
    public const string NotConfirmed = StandingDecision.Code;
    public const string RealInTest = Destinations.RealInTest.Code;

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        [Files] =
            "A file of a report does not open, so the report waits. Put the locker's files back from a backup, "
            + "then resume it; "
            + "or withdraw it and write another without the file.",
        [Documents] =
            "What was approved of a report is not there whole, so nothing of it is sent: withdraw it and approve "
            + "a new draft.",
        [Schema] =
            "The service's own schema refuses what was approved of a report, so nothing of it is sent. Fetch the "
            + "schema anew (/console/reporting/setup) and resume it; or withdraw it and approve a new draft.",
        [NoSender] =
            "This version cannot call the destination of a report, so it waits: withdraw it, or resume it with a "
            + "version that can.",
        [OtherEnvironment] =
            "A report and its credentials are of different environments, so nothing of it is sent: withdraw it.",
        [OtherAddress] =
            "The service's address was changed while a report was open at the one of before, so nothing more of it is "
            + "sent: its number says nothing at another address. Ask the service of before, with the Request-IDs on "
            + "its page, whether it is filed there, then decide there: what is not filed is begun anew at the address "
            + "of now.",
        [SecondPerson] =
            "The first real report to a destination takes two people, and one approved this one, so nothing of it is "
            + "sent. It goes on by itself when one of two people was filed there. Sooner: withdraw it, and approve a "
            + "new draft with a second person.",
        [Route] =
            "The law of the service's place, as it is known here now, does not let a report leave to its destination: "
            + "the setting 'reporting.establishment', the duty or the transfer basis is missing or has ended. Put that "
            + "right (/console/destinations) and resume it; or withdraw it.",
        [RealInTest] =
            "A report of a real case was approved for a test environment, which takes SAMPLE pictures alone, so "
            + "nothing of it is sent: withdraw it, and draft it for production.",
        [NotConfirmed] =
            "What a report says is not confirmed now: its case was opened again, decided otherwise, or its decision "
            + "undone. Nothing more of it is sent, and nothing is finished. Confirm the case again and resume the "
            + "report; or withdraw it.",
        [FilingGate.NoPerson] =
            "A report has no person's approval, so nothing of it is sent: withdraw it, or approve a new draft.",
        [FilingGate.TestInProduction] =
            "A test report was to go to production, so nothing of it is sent: withdraw it.",
    };

    /// <summary>Empty: nobody must act.</summary>
    public static string Of(FilingState state) =>
        state.Phase == FilingPhase.NeedsHuman ? Unknown
        : state.BlockedBy == AnswerClass.Credentials ? Credentials
        : state.BlockedBy is not null ? Address
        : "";

    /// <summary>Told by an alarm; null: the machine's own alarm tells.</summary>
    public static string? TextOf(string why) => Texts.GetValueOrDefault(why);

    /// <summary>What can be put right, so that it goes on afterwards.</summary>
    public static bool CanResume(string why) =>
        why is Credentials or Address or Files or NoSender or Schema or SecondPerson or Route or NotConfirmed;
}
