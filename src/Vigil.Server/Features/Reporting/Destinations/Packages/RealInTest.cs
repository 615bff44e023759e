using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// A package goes to a recipient's real key; a test environment has none of its own. So what is of a real case is
/// written for production alone.
/// </summary>
internal static class RealInTest
{
    public const string Code = "real_case_in_test";

    /// <exception cref="ProblemException">A package of a real case, for the test environment.</exception>
    public static void Refuse(Destination destination, ReportEnvironment environment, bool isTest)
    {
        if (destination.Kind == DeliveryKind.Package && environment == ReportEnvironment.Test && !isTest)
        {
            throw ProblemException.Conflict(
                Code,
                "A package goes to its recipient's real key, so one of a real case is for production alone: draft it "
                    + "there, and withdraw what was written for the test environment. Packages for the test "
                    + "environment are of SAMPLE pictures."
            );
        }
    }
}
