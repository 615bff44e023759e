using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>The machine's alarms as the kernel's. About a report's id; no facts of its case.</summary>
internal static class FilingAlarms
{
    public const string Late = "report_late";
    public const string VeryLate = "report_very_late";
    public const string Waits = "report_needs_human";

    /// <summary>Approved by one person; a person closes it, or it is when the report is taken back.</summary>
    public const string HighPriority = "report_high_priority";

    /// <summary>Closed when the report is over.</summary>
    private static readonly string[] WhileOpen =
    [
        Late,
        VeryLate,
        Waits,
        "report_many_attempts",
        "filing_cut_off",
        "report_of_cleared",
        "report_given_up_arrived",
    ];

    public static readonly Alarm CutOff = new(
        "filing_cut_off",
        AlarmSeverity.Urgent,
        "The filing of a report was cut off by an error here, and is tried again: the server's log says why."
    );

    public static readonly Alarm OfCleared = new(
        "report_of_cleared",
        AlarmSeverity.Page,
        "A case was decided as not CSAM while a report that names it is on its way, or may have arrived: it cannot be "
            + "taken back here. Ask the recipient, decide on the report's page, and send the corrections."
    );

    /// <summary>Not closed with the report: somebody tells its recipient.</summary>
    public static readonly Alarm FiledAllTheSame = new(
        "report_filed_unconfirmed",
        AlarmSeverity.Page,
        "A report is filed that was taken back while it was being finished, or whose case is not confirmed any more. "
            + "Look at the case; if it is not CSAM, tell the recipient and send the corrections."
    );

    public static readonly Alarm GivenUpArrived = new(
        "report_given_up_arrived",
        AlarmSeverity.Urgent,
        "A receipt came of an attempt of which a person had said that it did not arrive: that report is filed. What "
            + "was being filed again stopped. Decide on the report's filing page: it is filed, under the number that "
            + "stands there."
    );

    /// <summary>Not closed with the report: somebody asks the recipient to withdraw one.</summary>
    public static readonly Alarm FiledTwice = new(
        "report_filed_twice",
        AlarmSeverity.Urgent,
        "A report exists twice at its recipient: an attempt that a person gave up arrived after all, and a later one "
            + "is filed too. The report's filing page has both numbers: ask the recipient to withdraw the second, then "
            + "close this alarm."
    );

    private static readonly Dictionary<FilingAlarm, Alarm> Known = new()
    {
        [FilingAlarm.Late] = new(
            Late,
            AlarmSeverity.Urgent,
            "A report was approved more than 30 minutes ago and is not filed. Its page says where it stands."
        ),
        [FilingAlarm.VeryLate] = new(
            VeryLate,
            AlarmSeverity.Page,
            "A report was approved more than 20 hours ago and is not filed: an open report expires after 24 hours. Its "
                + "page says where it stands; call NCMEC if it cannot be helped here."
        ),
        [FilingAlarm.ManyAttempts] = new(
            "report_many_attempts",
            AlarmSeverity.Urgent,
            "A report was begun five times and is not filed. Its page says what was answered; it goes on trying."
        ),
        [FilingAlarm.Blocked] = new(
            Waits,
            AlarmSeverity.Page,
            "The service refuses the credentials or the address, so a report waits. Put them right on the page of the "
                + "environments and check them: it then goes on by itself."
        ),
        [FilingAlarm.Rejected] = new(
            "report_rejected",
            AlarmSeverity.Urgent,
            "The service refused a report. Its page says why: correct a new draft, and approve that."
        ),
        [FilingAlarm.NeedsHuman] = new(
            Waits,
            AlarmSeverity.Page,
            "Whether a report was filed cannot be known from here. Ask NCMEC with the Request-IDs on its page, "
                + "then decide "
                + "there; nothing of it is sent until then."
        ),
        [FilingAlarm.WrongMd5] = new(
            "report_wrong_md5",
            AlarmSeverity.Notice,
            "What the service says that it received of a file is not what was sent, or it did not say. The unfinished "
                + "report is taken back there, and the whole report is sent again as another one, after a wait of 5 "
                + "minutes at most, as often as it takes; a report that was withdrawn meanwhile ends instead. Nothing "
                + "with wrong bytes is finished. When the fifth attempt begins, another alarm says so."
        ),
        [FilingAlarm.ReceiptDiffers] = new(
            "report_receipt_differs",
            AlarmSeverity.Urgent,
            "A report is filed, and its receipt names another number or other files than were sent: compare them, and "
                + "ask NCMEC with the Request-IDs."
        ),
        [FilingAlarm.ReceiptLost] = new(
            LateReceipt.Alarm,
            AlarmSeverity.Urgent,
            "A report is filed, and its receipt was lost on the way. Ask NCMEC for a confirmation, with the "
                + "Request-IDs."
        ),
        [FilingAlarm.InvariantBroken] = new(
            "report_finished_elsewhere",
            AlarmSeverity.Page,
            "The service says that a report is finished which nobody here finished: find out who uses these "
                + "credentials."
        ),
    };

    /// <summary>In the words of who receives the report.</summary>
    public static async Task RaiseAsync(Tx tx, Guid reportId, FilingAlarm alarm)
    {
        var report = await ReportRow.FindAsync(tx, reportId);
        var text = report is null ? null : CallTexts.Of(AllDestinations.Find(report.Destination), alarm);
        var known = Known[alarm] with { About = reportId.ToString() };
        await tx.RaiseAlarmAsync(text is null ? known : known with { Text = text });
    }

    /// <summary>What the watch does not tell: it looks at what stands still, too.</summary>
    public static IEnumerable<FilingAlarm> OfStep(IEnumerable<FilingAlarm> alarms) =>
        alarms.Where(alarm => alarm is not (FilingAlarm.Late or FilingAlarm.VeryLate));

    public static Task WaitsAsync(Tx tx, Guid reportId, string why) =>
        tx.RaiseAlarmAsync(new Alarm(Waits, AlarmSeverity.Page, why) { About = reportId.ToString() });

    public static async Task ClearAsync(Tx tx, Guid reportId)
    {
        foreach (var code in WhileOpen)
        {
            await tx.ClearAlarmAsync(code, reportId.ToString());
        }
    }
}
