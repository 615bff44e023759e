using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What the first page shows of the cases.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var open = await tx.FindAsync<long>(
            "select count(*) from case_file where tenant = @tenant and state = 'Open'"
        );
        wanted.Add(new HomeNumber("Open cases", $"{open}", "/console/cases", Permission.CaseRead));
    }
}
