using static Vigil.Trust.Permission;

namespace Vigil.Trust;

/// <summary>The one table of who may what.</summary>
public static class Grants
{
    /// <summary>Companies' reviewers and investigators see cases that were granted to them, and no others.</summary>
    private static readonly HashSet<Role> Fenced = [Role.VendorReviewer, Role.Investigator];

    private static readonly Permission[] EveryPermission = Enum.GetValues<Permission>();

    /// <summary>No key sees contents, nor lets them out, nor has an account: a person does, by name.</summary>
    private static readonly Permission[] ForPeopleOnly =
    [
        ContentRender,
        ContentReveal,
        ContentPlace,
        ContentExport,
        OwnAccount,
    ];

    private static readonly Permission[] Review =
    [
        CaseStatus,
        CaseRead,
        CaseDecide,
        CaseGrade,
        ContentRender,
        ContentReveal,
        FlagSubmit,
        NoticeSubmit,
        DecisionRead,
        ListRead,
        AlertRead,
    ];

    private static readonly Dictionary<Role, Permission[]> ByRole = new()
    {
        // An admin runs the installation and sees no case.
        [Role.Admin] =
        [
            ListRead,
            HistoryRead,
            HistoryManage,
            HistoryErase,
            HuntRun,
            PolicyRead,
            PolicyWrite,
            WebhookManage,
            OutboxManage,
            AlertRead,
            AlertManage,
            KeyManage,
            PeopleManage,
            SettingsRead,
            SettingsWrite,
            LedgerRead,
        ],
        [Role.PlatformEngineer] =
        [
            ScanSubmit,
            FlagSubmit,
            CaseStatus,
            ListRead,
            HistoryRead,
            HistoryErase,
            PolicyRead,
            WebhookManage,
            OutboxManage,
            AlertRead,
            AlertManage,
            SettingsRead,
        ],
        [Role.ListSteward] =
        [
            ListRead,
            ListWrite,
            ListExport,
            HistoryRead,
            HuntRun,
            DecisionRead,
            PolicyRead,
            AlertRead,
        ],
        [Role.Reviewer] = Review,
        [Role.VendorReviewer] = [CaseStatus, CaseRead, CaseDecide, CaseGrade, ContentRender, ContentReveal],
        [Role.SeniorReviewer] =
        [
            .. Review,
            ContentPlace,
            CaseAssign,
            AppealDecide,
            TrainingManage,
            ReportRead,
        ],
        [Role.FilingOfficer] =
        [
            .. Review,
            ContentPlace,
            ReportFile,
            ReportRead,
            ContentExport,
            HoldRead,
            LegalManage,
        ],
        [Role.HotlineAnalyst] = [.. Review, ReportFile, ReportRead],
        [Role.Investigator] =
        [
            CaseStatus,
            CaseRead,
            DecisionRead,
            ContentRender,
            ContentReveal,
            ContentPlace,
            AlertRead,
        ],
        [Role.Custodian] = [HoldRead, HoldManage, LegalManage, AlertRead, LedgerRead],
        [Role.WellnessLead] = [WellnessManage, AlertRead],
        [Role.PrivacyOfficer] =
        [
            HoldRead,
            HistoryRead,
            HistoryErase,
            PolicyRead,
            SettingsRead,
            AlertRead,
            LedgerRead,
        ],
        [Role.Auditor] = [ListRead, HistoryRead, PolicyRead, AlertRead, SettingsRead, HoldRead, LedgerRead],
        [Role.OnCall] = [AlertRead, AlertManage],
    };

    private static readonly Dictionary<Scope, Permission[]> ByScope = new()
    {
        [Scope.Scan] = [ScanSubmit, FlagSubmit, CaseStatus, ContentBring, HistoryErase],
        [Scope.Lists] = [ListRead, ListWrite],
        [Scope.Steward] = [ListRead, ListWrite, ListExport, HistoryRead, HuntRun, DecisionRead, PolicyRead],
        [Scope.Cases] =
        [
            CaseStatus,
            CaseRead,
            CaseDecide,
            CaseGrade,
            ContentBring,
            FlagSubmit,
            DecisionRead,
            ReportRead,
        ],
        [Scope.Notices] = [NoticeSubmit],
        [Scope.Admin] = EveryPermission.Except(ForPeopleOnly).ToArray(),
    };

    /// <summary>
    /// What nobody gives themselves, by a role or by a key: to read cases, to take the values of lists out, and to end
    /// what is held or answer an authority.
    /// </summary>
    internal static IEnumerable<Permission> TakesAnother(IReadOnlySet<Permission> permissions) =>
        permissions.Where(permission => permission is CaseRead or ListExport or HoldManage or LegalManage);

    public static IReadOnlySet<Permission> Of(IEnumerable<Role> roles) =>
        roles.SelectMany(role => ByRole[role]).Append(OwnAccount).ToHashSet();

    /// <summary>Somebody with one role that sees all cases sees all, whatever the others are.</summary>
    public static bool SeesAllCases(IReadOnlyCollection<Role> roles) =>
        roles.Any(role => !Fenced.Contains(role) && ByRole[role].Contains(CaseRead));

    /// <summary>Why these roles must not meet in one person; null: they may.</summary>
    /// <param name="roles">All of the person's.</param>
    /// <param name="isSolo">A declared team of one: one person has to be everything.</param>
    public static string? Conflict(IReadOnlyCollection<Role> roles, bool isSolo)
    {
        if (roles.Contains(Role.VendorReviewer) && roles.Distinct().Count() > 1)
        {
            return "A vendor's reviewer has no other role here: it would lead round the fences.";
        }
        if (!isSolo && roles.Contains(Role.Admin) && roles.Any(role => ByRole[role].Contains(CaseRead)))
        {
            return "An admin sees no case: who gives roles and resets sign-ins could otherwise open contents alone. "
                + "Give the roles to two people; a team of one declares solo mode first.";
        }
        if (roles.Contains(Role.Auditor) && roles.Any(role => role != Role.Auditor && Acts(role)))
        {
            return "An auditor only reads: who also acts would audit their own acts.";
        }
        return null;
    }

    private static bool Acts(Role role) =>
        ByRole[role].Any(permission => !ByRole[Role.Auditor].Contains(permission));

    public static IReadOnlySet<Permission> Of(IEnumerable<Scope> scopes) =>
        scopes.SelectMany(scope => ByScope[scope]).ToHashSet();
}
