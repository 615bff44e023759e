using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin;

/// <summary>Roles and scopes as pages and requests have them.</summary>
internal static class Words
{
    private static readonly Dictionary<Role, string> About = new()
    {
        [Role.Admin] =
            "runs the installation: people, keys, settings; sees no case, so it goes with no role that does",
        [Role.PlatformEngineer] = "sends content, keeps webhooks and alarms",
        [Role.ListSteward] = "keeps lists and sees why decisions fell",
        [Role.Reviewer] = "reads, grades and decides cases, sees contents for a reason",
        [Role.VendorReviewer] =
            "a reviewer of another company: sees the cases granted to it, has no other role",
        [Role.SeniorReviewer] = "a reviewer who also sees places, assigns, decides appeals and trains",
        [Role.FilingOfficer] =
            "a reviewer who also sees places, approves and files reports, and releases what an authority may have",
        [Role.HotlineAnalyst] = "a reviewer of a hotline who also files reports",
        [Role.Investigator] = "reads cases granted to them and sees contents and places, decides nothing",
        [Role.Custodian] =
            "places and lifts holds, destroys what is due, handles authorities' requests; sees no contents",
        [Role.WellnessLead] = "sets exposure limits and breaks",
        [Role.PrivacyOfficer] = "reads what is held and why, erases of the history",
        [Role.Auditor] = "reads the ledger, policy and settings; has no role that changes anything",
        [Role.OnCall] = "answers alarms, sees no case",
    };

    private static readonly Dictionary<Scope, string> AboutScope = new()
    {
        [Scope.Scan] = "a platform's server: scan, flag, follow a case, erase of the history",
        [Scope.Lists] = "keeps lists",
        [Scope.Steward] = "keeps lists and reads their values: guard it well",
        [Scope.Cases] = "reads and decides cases",
        [Scope.Notices] = "hands in notices of hotlines and authorities; reads nothing",
        [Scope.Admin] = "everything that a program may do: guard it well",
    };

    public static string Of(Role role) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(role.ToString()).Replace('-', ' ');

    public static string AboutOf(Role role) => About.GetValueOrDefault(role, "");

    public static string AboutOf(Scope scope) => AboutScope.GetValueOrDefault(scope, "");

    /// <summary>As in requests: platform_engineer.</summary>
    public static string CodeOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T? Parse<T>(string code)
        where T : struct, Enum =>
        Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => CodeOf(value!.Value) == code);
}
