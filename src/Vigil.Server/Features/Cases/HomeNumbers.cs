using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What the first page shows of the cases.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var open = await tx.FindAsync<long>(
            "select count(*) from case_file where tenant = @tenant and state = 'Open' and gold_for is null"
        );
        var danger = await tx.FindAsync<long>(
            "select count(*) from case_file where tenant = @tenant and danger_at is not null and gold_for is null"
        );
        if (danger > 0)
        {
            wanted.Add(
                new HomeNumber(
                    "A child may be in danger",
                    $"{danger}",
                    "/console/cases?queue=danger-now",
                    Permission.CaseRead
                )
                {
                    IsWarning = true,
                }
            );
        }
        wanted.Add(new HomeNumber("Open cases", $"{open}", "/console/cases", Permission.CaseRead));
    }
}
